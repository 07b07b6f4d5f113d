package io.gatun.bench.gpu;

import io.gatun.kernels.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// How far two arrays are apart.
final class Difference {
  private Difference() {}

  /// What rounding may do to a number, relative to the greatest of its array; integers must agree.
  static double allowed(ElementType type) {
    return switch (type) {
      case F32, F64 -> 1e-4;
      case F16 -> 2e-3;
      case BF16 -> 1.6e-2;
      case I64, I32, I16, I8 -> 0;
    };
  }

  /// The greatest difference, relative to the greatest number; of integers 1 where any differ.
  static double between(byte[] there, byte[] here, ElementType type) {
    return switch (type) {
      case F32, F64, F16, BF16 -> ofFloats(there, here, type);
      case I64, I32, I16, I8 -> Arrays.equals(there, here) ? 0 : 1;
    };
  }

  private static double ofFloats(byte[] there, byte[] here, ElementType type) {
    var a = ByteBuffer.wrap(there).order(ByteOrder.LITTLE_ENDIAN);
    var b = ByteBuffer.wrap(here).order(ByteOrder.LITTLE_ENDIAN);
    double greatest = 1e-30;
    double most = 0;
    while (b.hasRemaining()) {
      double x = next(a, type);
      double y = next(b, type);
      if (Double.isNaN(x) != Double.isNaN(y)) return Double.POSITIVE_INFINITY;
      if (Double.isNaN(x) || x == y) continue;
      greatest = Math.max(greatest, Math.abs(y));
      most = Math.max(most, Math.abs(x - y));
    }
    return most / greatest;
  }

  private static double next(ByteBuffer bytes, ElementType type) {
    return switch (type) {
      case F32 -> bytes.getFloat();
      case F64 -> bytes.getDouble();
      case F16 -> Float.float16ToFloat(bytes.getShort());
      case BF16 -> Float.intBitsToFloat(bytes.getShort() << 16);
      case I64, I32, I16, I8 -> throw new IllegalArgumentException(type + " is no float");
    };
  }
}
