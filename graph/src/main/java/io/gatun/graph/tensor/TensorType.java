package io.gatun.graph.tensor;

import java.util.Arrays;

/// Static type of a value: element type and shape. Prints as `f32[4,3]`.
public record TensorType(DType dtype, Shape shape) {
  public static TensorType of(DType dtype, int... dims) {
    return new TensorType(dtype, Shape.of(dims));
  }

  public static TensorType f32(int... dims) {
    return of(DType.F32, dims);
  }

  public TensorType with(Shape shape) {
    return new TensorType(dtype, shape);
  }

  public TensorType with(DType dtype) {
    return new TensorType(dtype, shape);
  }

  /// Number of elements.
  public long size() {
    return shape.size();
  }

  /// Bytes of the data.
  public long bytes() {
    return Math.multiplyExact(size(), (long) dtype.bytes());
  }

  @Override
  public String toString() {
    return dtype.text() + shape;
  }

  /// The type that prints as `text`.
  public static TensorType parse(String text) {
    int open = text.indexOf('[');
    if (open < 0 || !text.endsWith("]")) {
      throw new IllegalArgumentException("not a tensor type: " + text + " (wanted f32[4,3])");
    }
    String inner = text.substring(open + 1, text.length() - 1).strip();
    int[] dims =
        inner.isEmpty()
            ? new int[0]
            : Arrays.stream(inner.split(",")).mapToInt(d -> Integer.parseInt(d.strip())).toArray();
    return of(DType.parse(text.substring(0, open)), dims);
  }
}
