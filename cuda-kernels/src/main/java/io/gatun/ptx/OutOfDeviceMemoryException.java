package io.gatun.ptx;

/// An allocation that does not fit.
public final class OutOfDeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final long free;

  OutOfDeviceMemoryException(long asked, long free, long capacity) {
    super("%d bytes asked, %d of %d free".formatted(asked, free, capacity));
    this.free = free;
  }

  /// Bytes that could have been allocated.
  public long free() {
    return free;
  }
}
