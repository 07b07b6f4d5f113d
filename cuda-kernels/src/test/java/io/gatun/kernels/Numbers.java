package io.gatun.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/// Arrays of the tests and their bytes in each element type.
final class Numbers {
  private Numbers() {}

  /// Normally distributed numbers.
  static float[] normal(int count, long seed) {
    var random = new Random(seed);
    return fill(count, _ -> random.nextGaussian());
  }

  static float[] fill(int count, IntToDoubleFunction value) {
    var array = new float[count];
    for (int i = 0; i < count; i++) array[i] = (float) value.applyAsDouble(i);
    return array;
  }

  /// The numbers as they are after rounding to a type.
  static float[] rounded(float[] values, ElementType type) {
    return decode(encode(values, type), type);
  }

  static byte[] encode(float[] values, ElementType type) {
    var bytes = buffer(new byte[values.length * type.bytes()]);
    for (float value : values) {
      switch (type) {
        case F32 -> bytes.putFloat(value);
        case F64 -> bytes.putDouble(value);
        case F16 -> bytes.putShort(Float.floatToFloat16(value));
        case BF16 -> bytes.putShort(bfloat16(value));
        case I64 -> bytes.putLong((long) value);
        case I32 -> bytes.putInt((int) value);
        case I16 -> bytes.putShort((short) value);
        case I8 -> bytes.put((byte) value);
      }
    }
    return bytes.array();
  }

  static float[] decode(byte[] array, ElementType type) {
    var bytes = buffer(array);
    return fill(
        array.length / type.bytes(),
        _ ->
            switch (type) {
              case F32 -> bytes.getFloat();
              case F64 -> bytes.getDouble();
              case F16 -> Float.float16ToFloat(bytes.getShort());
              case BF16 -> Float.intBitsToFloat(bytes.getShort() << 16);
              case I64 -> bytes.getLong();
              case I32 -> bytes.getInt();
              case I16 -> bytes.getShort();
              case I8 -> bytes.get();
            });
  }

  static byte[] encode(int[] values) {
    var bytes = buffer(new byte[4 * values.length]);
    for (int value : values) bytes.putInt(value);
    return bytes.array();
  }

  static byte[] encode(long... values) {
    var bytes = buffer(new byte[8 * values.length]);
    for (long value : values) bytes.putLong(value);
    return bytes.array();
  }

  static int[] ints(byte[] array) {
    var values = new int[array.length / 4];
    buffer(array).asIntBuffer().get(values);
    return values;
  }

  private static ByteBuffer buffer(byte[] array) {
    return ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// To nearest, ties to even.
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) return (short) (bits >>> 16 | 0x40);
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }
}
