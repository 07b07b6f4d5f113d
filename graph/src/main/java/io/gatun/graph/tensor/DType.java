package io.gatun.graph.tensor;

import java.util.Locale;

/// Element type of a tensor. Floats follow IEEE 754 (`F16` binary16, `BF16` its truncated binary32
/// cousin), integers are two's complement and wrap, `BOOL` is one byte holding 0 or 1.
public enum DType {
  F32(4),
  F64(8),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /// Size of one element in bytes.
  public int bytes() {
    return bytes;
  }

  public boolean isFloat() {
    return switch (this) {
      case F32, F64, F16, BF16 -> true;
      case I64, I32, I16, I8, U8, BOOL -> false;
    };
  }

  /// True for the integer types; `BOOL` is not one of them.
  public boolean isInteger() {
    return !isFloat() && this != BOOL;
  }

  /// The nearest value of this float type (ties to even); for `F64` the value itself.
  public double round(double value) {
    return switch (this) {
      case F64 -> value;
      case F32 -> (float) value;
      case F16 -> Float.float16ToFloat(Float.floatToFloat16((float) value));
      case BF16 -> Elements.bf16ToFloat(Elements.floatToBf16((float) value));
      case I64, I32, I16, I8, U8, BOOL ->
          throw new IllegalArgumentException("not a float: " + this);
    };
  }

  /// The value that this integer type keeps of `value`: the low bits, sign- or zero-extended.
  public long wrap(long value) {
    return switch (this) {
      case I64 -> value;
      case I32 -> (int) value;
      case I16 -> (short) value;
      case I8 -> (byte) value;
      case U8 -> value & 0xff;
      case BOOL -> value != 0 ? 1 : 0;
      case F32, F64, F16, BF16 -> throw new IllegalArgumentException("not an integer: " + this);
    };
  }

  /// Name as printed in types: `f32`, `i64`, `bool`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The type of that [#text].
  public static DType parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
