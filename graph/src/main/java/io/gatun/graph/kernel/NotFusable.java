package io.gatun.graph.kernel;

/// The nodes do not make one kernel; the message is the reason that a plan reports.
public final class NotFusable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NotFusable(String reason) {
    super(reason, null, false, false);
  }
}
