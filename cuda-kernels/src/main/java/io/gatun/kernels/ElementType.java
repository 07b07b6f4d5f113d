package io.gatun.kernels;

/// Type of the elements of a kernel's array.
public enum ElementType {
  F32(4),
  F64(8),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /// Bytes of one element.
  public int bytes() {
    return bytes;
  }

  /// As in the names of kernels: `f32`.
  public String text() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
