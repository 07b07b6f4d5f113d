package io.gatun.graph.tensor;

import java.util.Arrays;
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

  /// The nearest value of this float type (ties to even, rounded once); for `F64` the value itself.
  public double round(double value) {
    return switch (this) {
      case F64 -> value;
      case F32 -> (float) value;
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(Elements.toOddFloat(value)));
      case BF16 -> Elements.bf16ToFloat(Elements.floatToBf16(Elements.toOddFloat(value)));
      case I64, I32, I16, I8, U8, BOOL ->
          throw new IllegalArgumentException("not a float: " + this);
    };
  }

  /// The value of this float type that is nearest to an integer (ties to even, rounded once).
  public double round(long value) {
    // Bits below the 53 of a double are folded into a sticky bit, so that narrower types round
    // once; for F64 the conversion itself rounds.
    boolean wide = value >= 1L << 53 || value <= -(1L << 53);
    boolean sticky = (value & 0x7ff) != 0;
    return this == F64 || !wide
        ? round((double) value)
        : round((double) (value >> 11 << 11 | (sticky ? 1 << 11 : 0)));
  }

  /// The integer (or boolean) of this type that a float converts to: truncated toward zero and
  /// clamped to the range of the type, 0 for NaN; for `BOOL` whether it is not zero (NaN is true).
  /// These are the rules of Java's casts, of LLVM's `fptosi.sat` and of PTX's `cvt`.
  public long saturate(double value) {
    return switch (this) {
      case I64 -> (long) value;
      case I32 -> (int) value;
      case I16 -> Math.clamp((long) value, Short.MIN_VALUE, Short.MAX_VALUE);
      case I8 -> Math.clamp((long) value, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case U8 -> Math.clamp((long) value, 0, 255);
      case BOOL -> value != 0 ? 1 : 0;
      case F32, F64, F16, BF16 -> throw new IllegalArgumentException("not an integer: " + this);
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
    for (DType dtype : values()) {
      if (dtype.text().equals(text)) return dtype;
    }
    throw new IllegalArgumentException(
        "no element type \""
            + text
            + "\"; known are "
            + Arrays.toString(values()).toLowerCase(Locale.ROOT));
  }
}
