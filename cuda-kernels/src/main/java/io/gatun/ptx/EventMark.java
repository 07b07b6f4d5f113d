package io.gatun.ptx;

/// One recording of an event: reached when the work before it in its stream is done.
final class EventMark {
  private boolean reached;
  private long nanoseconds;

  /// Notes the time of the host, as what runs here runs on the host.
  void reach() {
    reached = true;
    nanoseconds = System.nanoTime();
  }

  boolean isReached() {
    return reached;
  }

  long nanoseconds() {
    return nanoseconds;
  }
}
