package io.gatun.graph.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;

/// Reference array: slow, plain, obviously right; the oracle of every test and never on a hot path.
/// Floats of every width are held as doubles, integers and booleans as longs.
public final class NdArray {
  private final TensorType type;
  private final double[] doubles;
  private final long[] longs;

  private NdArray(TensorType type, double[] doubles, long[] longs) {
    this.type = type;
    this.doubles = doubles;
    this.longs = longs;
  }

  /// An array whose element at row-major position `i` is `f(i)`, converted by [DType#saturate] for
  /// integers and booleans.
  public static NdArray of(TensorType type, IntToDoubleFunction f) {
    if (!type.dtype().isFloat()) {
      return ofLongs(type, i -> type.dtype().saturate(f.applyAsDouble(i)));
    }
    double[] data = new double[size(type)];
    for (int i = 0; i < data.length; i++) data[i] = f.applyAsDouble(i);
    return new NdArray(type, data, new long[0]);
  }

  /// An array of integers or booleans whose element at row-major position `i` is `f(i)`, wrapped.
  public static NdArray ofLongs(TensorType type, IntToLongFunction f) {
    if (type.dtype().isFloat()) return of(type, i -> f.applyAsLong(i));
    long[] data = new long[size(type)];
    for (int i = 0; i < data.length; i++) data[i] = type.dtype().wrap(f.applyAsLong(i));
    return new NdArray(type, new double[0], data);
  }

  /// An array of these elements in row-major order.
  public static NdArray of(TensorType type, double... values) {
    if (values.length != type.size()) {
      throw new IllegalArgumentException(values.length + " values for " + type);
    }
    return of(type, i -> values[i]);
  }

  /// An array of these integers or booleans in row-major order, wrapped.
  public static NdArray ofLongs(TensorType type, long... values) {
    if (values.length != type.size()) {
      throw new IllegalArgumentException(values.length + " values for " + type);
    }
    return ofLongs(type, (int i) -> values[i]);
  }

  /// Copies the data of a segment.
  public static NdArray of(TensorType type, MemorySegment data) {
    return type.dtype().isFloat()
        ? of(type, i -> Elements.getDouble(data, type.dtype(), i))
        : ofLongs(type, i -> Elements.getLong(data, type.dtype(), i));
  }

  private static int size(TensorType type) {
    if (type.size() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(type + " is too large for the reference evaluator");
    }
    return (int) type.size();
  }

  public TensorType type() {
    return type;
  }

  public int size() {
    return (int) type.size();
  }

  /// Element at row-major position `flat`.
  public double at(int flat) {
    return type.dtype().isFloat() ? doubles[flat] : longs[flat];
  }

  /// Element at row-major position `flat` as a long; floats truncate.
  public long longAt(int flat) {
    return type.dtype().isFloat() ? (long) doubles[flat] : longs[flat];
  }

  /// Every element rounded to the element type, as it would be read back from memory.
  public NdArray rounded() {
    return type.dtype().isFloat() ? of(type, i -> type.dtype().round(doubles[i])) : this;
  }

  /// Writes the data, row-major, to the start of `target`.
  public void copyTo(MemorySegment target) {
    for (int i = 0; i < size(); i++) {
      if (type.dtype().isFloat()) Elements.setDouble(target, type.dtype(), i, doubles[i]);
      else Elements.setLong(target, type.dtype(), i, longs[i]);
    }
  }

  /// A fresh copy of the elements as doubles.
  public double[] toDoubles() {
    return type.dtype().isFloat()
        ? doubles.clone()
        : Arrays.stream(longs).asDoubleStream().toArray();
  }

  /// A fresh copy of the elements as longs; floats truncate.
  public long[] toLongs() {
    return type.dtype().isFloat()
        ? Arrays.stream(doubles).mapToLong(x -> (long) x).toArray()
        : longs.clone();
  }

  @Override
  public String toString() {
    return type
        + " "
        + (type.dtype().isFloat() ? Arrays.toString(doubles) : Arrays.toString(longs));
  }
}
