package io.gatun.bindings;

/// Thrown where a native library is needed that cannot be opened; the message lists every path
/// tried and says what to install or set.
public final class MissingNativeLibraryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Describes the failed search of `resolution`.
  public MissingNativeLibraryException(Resolution resolution) {
    super(resolution.report());
  }
}
