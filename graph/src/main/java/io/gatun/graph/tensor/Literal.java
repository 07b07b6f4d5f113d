package io.gatun.graph.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Bytes of a constant in its own element type. The segment may be memory-mapped weights: it is
/// neither copied nor widened. Two literals are equal when their types and bytes are.
public final class Literal {
  private final TensorType type;
  private final MemorySegment data;

  /// 0 until it is asked for: reading mapped weights again would bring them back to memory.
  private int hash;

  private Literal(TensorType type, MemorySegment data) {
    this.type = type;
    this.data = data;
  }

  /// Wraps `data` without a copy; it must stay alive and unchanged as long as the literal is used.
  public static Literal of(TensorType type, MemorySegment data) {
    if (data.byteSize() != type.bytes()) {
      throw new IllegalArgumentException(
          "literal of " + type + " needs " + type.bytes() + " bytes, got " + data.byteSize());
    }
    return new Literal(type, data.asReadOnly());
  }

  /// Copies an array, rounding to its element type.
  public static Literal of(NdArray array) {
    var data = Arena.ofAuto().allocate(Math.max(array.type().bytes(), 1), 64);
    array.copyTo(data);
    return of(array.type(), data.asSlice(0, array.type().bytes()));
  }

  public static Literal of(TensorType type, double... values) {
    return of(NdArray.of(type, values));
  }

  public static Literal scalar(DType dtype, double value) {
    return of(TensorType.of(dtype), value);
  }

  public TensorType type() {
    return type;
  }

  /// The bytes, read-only, row-major.
  public MemorySegment data() {
    return data;
  }

  public double at(long flat) {
    return Elements.getDouble(data, type.dtype(), flat);
  }

  public NdArray toNdArray() {
    return NdArray.of(type, data);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof Literal that
            && type.equals(that.type)
            && (data.equals(that.data) || data.mismatch(that.data) < 0);
  }

  @Override
  public int hashCode() {
    if (hash != 0) return hash;
    int some = type.hashCode();
    long step = Math.max(1, data.byteSize() / 64);
    for (long i = 0; i < data.byteSize(); i += step) {
      some = 31 * some + data.get(ValueLayout.JAVA_BYTE, i);
    }
    hash = some;
    return some;
  }

  @Override
  public String toString() {
    return "literal " + type;
  }
}
