package io.gatun.graph.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Reads and writes single elements of a segment by [DType]: exact, unhurried, for literals, tests
/// and files. Indices count elements.
public final class Elements {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

  private Elements() {}

  /// Element `index` as a double; an `I64` beyond 2^53 is rounded.
  public static double getDouble(MemorySegment data, DType dtype, long index) {
    return switch (dtype) {
      case F32 -> data.getAtIndex(FLOAT, index);
      case F64 -> data.getAtIndex(DOUBLE, index);
      case F16 -> Float.float16ToFloat(data.getAtIndex(SHORT, index));
      case BF16 -> bf16ToFloat(data.getAtIndex(SHORT, index));
      case I64, I32, I16, I8, U8, BOOL -> getLong(data, dtype, index);
    };
  }

  /// Element `index` as a long; floats are truncated toward zero.
  public static long getLong(MemorySegment data, DType dtype, long index) {
    return switch (dtype) {
      case I64 -> data.getAtIndex(LONG, index);
      case I32 -> data.getAtIndex(INT, index);
      case I16 -> data.getAtIndex(SHORT, index);
      case I8 -> data.get(ValueLayout.JAVA_BYTE, index);
      case U8, BOOL -> data.get(ValueLayout.JAVA_BYTE, index) & 0xff;
      case F32, F64, F16, BF16 -> (long) getDouble(data, dtype, index);
    };
  }

  /// Stores `value`, rounded to the nearest for floats, by [DType#saturate] for the others.
  public static void setDouble(MemorySegment data, DType dtype, long index, double value) {
    switch (dtype) {
      case F32 -> data.setAtIndex(FLOAT, index, (float) value);
      case F64 -> data.setAtIndex(DOUBLE, index, value);
      case F16 -> data.setAtIndex(SHORT, index, Float.floatToFloat16(toOddFloat(value)));
      case BF16 -> data.setAtIndex(SHORT, index, floatToBf16(toOddFloat(value)));
      case I64, I32, I16, I8, U8, BOOL -> setLong(data, dtype, index, dtype.saturate(value));
    }
  }

  /// Stores `value`, wrapped to the width of the type; floats get the nearest value.
  public static void setLong(MemorySegment data, DType dtype, long index, long value) {
    switch (dtype) {
      case I64 -> data.setAtIndex(LONG, index, value);
      case I32 -> data.setAtIndex(INT, index, (int) value);
      case I16 -> data.setAtIndex(SHORT, index, (short) value);
      case I8, U8 -> data.set(ValueLayout.JAVA_BYTE, index, (byte) value);
      case BOOL -> data.set(ValueLayout.JAVA_BYTE, index, (byte) (value != 0 ? 1 : 0));
      case F32, F64, F16, BF16 -> setDouble(data, dtype, index, dtype.round(value));
    }
  }

  /// The float next to `value` on the side of zero, its last bit set if that is inexact ("round to
  /// odd"): rounding it once more to a type of fewer bits gives what rounding `value` would have.
  static float toOddFloat(double value) {
    float nearest = (float) value;
    if (nearest == value || Double.isNaN(value)) return nearest;
    float below =
        Math.abs((double) nearest) > Math.abs(value)
            ? Math.copySign(Math.nextDown(Math.abs(nearest)), nearest)
            : nearest;
    return Float.intBitsToFloat(Float.floatToRawIntBits(below) | 1);
  }

  /// Widens a bfloat16 bit pattern.
  public static float bf16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /// The nearest bfloat16 bit pattern, ties to even; a NaN stays a NaN.
  public static short floatToBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) return (short) (bits >>> 16 | 0x40);
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
