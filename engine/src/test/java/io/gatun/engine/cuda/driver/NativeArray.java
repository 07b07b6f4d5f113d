package io.gatun.engine.cuda.driver;

import io.gatun.graph.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/// Floats of a type in native memory, where the stand-ins take it for device memory.
record NativeArray(DType type, MemorySegment memory) {
  static NativeArray of(Arena arena, DType type, long elements) {
    return new NativeArray(type, arena.allocate(Math.max(1, elements * type.bytes()), 256));
  }

  /// Values between -1 and 1, rounded to the type.
  static NativeArray random(Arena arena, DType type, long elements, Random random) {
    var array = of(arena, type, elements);
    for (long i = 0; i < elements; i++) array.set(i, random.nextDouble() * 2 - 1);
    return array;
  }

  long address() {
    return memory.address();
  }

  double get(long index) {
    return switch (type) {
      case F32 -> memory.getAtIndex(ValueLayout.JAVA_FLOAT, index);
      case F16 -> Float.float16ToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, index));
      case BF16 -> Float.intBitsToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, index) << 16);
      case F64, I64, I32, I16, I8, U8, BOOL -> throw new IllegalArgumentException(type.toString());
    };
  }

  void set(long index, double value) {
    float rounded = (float) type.round(value);
    switch (type) {
      case F32 -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, index, rounded);
      case F16 -> memory.setAtIndex(ValueLayout.JAVA_SHORT, index, Float.floatToFloat16(rounded));
      case BF16 ->
          memory.setAtIndex(
              ValueLayout.JAVA_SHORT, index, (short) (Float.floatToIntBits(rounded) >>> 16));
      case F64, I64, I32, I16, I8, U8, BOOL -> throw new IllegalArgumentException(type.toString());
    }
  }

  /// Largest error that rounding to the type may make of a value up to `size`.
  double tolerance(double size) {
    return switch (type) {
      case F32 -> 1e-5 * size;
      case F16 -> 2e-3 * size;
      case BF16 -> 1.6e-2 * size;
      case F64, I64, I32, I16, I8, U8, BOOL -> throw new IllegalArgumentException(type.toString());
    };
  }
}
