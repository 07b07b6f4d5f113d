package io.gatun.engine.train;

import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Elements;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Optional;

/// One quantity of a data set, off-heap and row-major: row `i` along the first axis belongs to
/// sample `i`. The memory is the caller's, is never written and must outlive the column.
///
/// @param type of the stored data, `[samples, ...]`
/// @param scale applied to each element as it is put into a batch, which is then `f32`
/// @param transform applied to each row, before it is scaled, as it is put into a batch for
/// training
public record Column(
    String name,
    TensorType type,
    MemorySegment data,
    Optional<Scale> scale,
    Optional<RowTransform> transform) {
  /// `y = x * factor + offset`.
  public record Scale(double factor, double offset) {}

  public Column {
    if (type.shape().rank() == 0) {
      throw new EngineException(
          "column \"" + name + "\" of " + type + " has no axis of samples; reshape it to [n, ...]");
    }
    if (data.byteSize() != type.bytes() || !data.isNative()) {
      throw new EngineException(
          "column \"%s\" of %s needs a native segment of %d bytes, got %s"
              .formatted(name, type, type.bytes(), data));
    }
  }

  /// The rows of a tensor.
  public static Column of(Tensor tensor) {
    return new Column(
        tensor.name(), tensor.type(), tensor.data(), Optional.empty(), Optional.empty());
  }

  /// The rows of a literal, as the file readers give it.
  public static Column of(String name, Literal literal) {
    return new Column(name, literal.type(), literal.data(), Optional.empty(), Optional.empty());
  }

  /// The rows of an array, copied into `arena` as `f32[n,k]`.
  ///
  /// @throws EngineException naming the row that is not as long as the first
  public static Column of(String name, float[][] rows, Arena arena) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    var type = TensorType.f32(rows.length, width);
    var data = arena.allocate(type.bytes(), 64);
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != width) {
        throw new EngineException(
            "column \"%s\": row %d has %d values, row 0 has %d"
                .formatted(name, i, rows[i].length, width));
      }
      long start = (long) i * width * Float.BYTES;
      MemorySegment.copy(rows[i], 0, data, ValueLayout.JAVA_FLOAT, start, width);
    }
    return of(name, Literal.of(type, data));
  }

  /// One number a row, such as a weight, copied into `arena` as `f32[n]`.
  public static Column of(String name, float[] values, Arena arena) {
    var type = TensorType.f32(values.length);
    var data = arena.allocate(type.bytes(), 64);
    MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT, 0, values.length);
    return of(name, Literal.of(type, data));
  }

  /// One integer a row, such as a label, copied into `arena` as `i32[n]`.
  public static Column of(String name, int[] values, Arena arena) {
    var type = TensorType.of(DType.I32, values.length);
    var data = arena.allocate(type.bytes(), 64);
    MemorySegment.copy(values, 0, data, ValueLayout.JAVA_INT, 0, values.length);
    return of(name, Literal.of(type, data));
  }

  /// This column with every element times `factor` in its batches: `scaled(1 / 255.0)` turns bytes
  /// of an image to [0, 1].
  public Column scaled(double factor) {
    return scaled(factor, 0);
  }

  /// This column with `x * factor + offset` for every element in its batches.
  public Column scaled(double factor, double offset) {
    return new Column(name, type, data, Optional.of(new Scale(factor, offset)), transform);
  }

  /// This column with each row changed anew by `change` whenever it comes up in training, before
  /// it is scaled; takes the place of an earlier transform.
  ///
  /// @throws EngineException when the rows are neither `u8` nor `f32`, or `change` refuses them
  public Column transformed(RowTransform change) {
    if (type.dtype() != DType.U8 && type.dtype() != DType.F32) {
      throw new EngineException(
          "column \"%s\" of %s: only u8 and f32 are transformed".formatted(name, type));
    }
    try {
      change.worker(storedRowType());
    } catch (EngineException refused) {
      throw new EngineException("column \"" + name + "\": " + refused.getMessage(), refused);
    }
    return new Column(name, type, data, scale, Optional.of(change));
  }

  /// Rows `[from, to)`, without a copy.
  public Column slice(int from, int to) {
    if (from < 0 || to < from || to > rows()) {
      throw new EngineException(
          "column \"%s\": no rows %d to %d in %s".formatted(name, from, to, type));
    }
    var part = type.with(type.shape().with(0, to - from));
    return new Column(name, part, data.asSlice(from * rowBytes(), part.bytes()), scale, transform);
  }

  /// The rows of these numbers, in this order; one may come several times. Without a copy where
  /// each follows the one before, else gathered into `arena`.
  public Column rows(int[] rows, Arena arena) {
    for (int row : rows) {
      if (row < 0 || row >= rows()) {
        throw new EngineException("column \"%s\": no row %d in %s".formatted(name, row, type));
      }
    }
    if (rows.length > 0 && follow(rows)) return slice(rows[0], rows[0] + rows.length);
    var part = type.with(type.shape().with(0, rows.length));
    var target = arena.allocate(part.bytes(), 64);
    long bytes = rowBytes();
    for (int i = 0; i < rows.length; i++) {
      MemorySegment.copy(data, rows[i] * bytes, target, i * bytes, bytes);
    }
    return new Column(name, part, target, scale, transform);
  }

  private static boolean follow(int[] rows) {
    for (int i = 1; i < rows.length; i++) {
      if (rows[i] != rows[i - 1] + 1) return false;
    }
    return true;
  }

  /// Elements of row `row`, scaled and not transformed, in double precision, into the start of
  /// `values`.
  public void read(int row, double[] values) {
    int width = Math.toIntExact(rowShape().size());
    long start = (long) row * width;
    double factor = scale.map(Scale::factor).orElse(1.0);
    double offset = scale.map(Scale::offset).orElse(0.0);
    for (int i = 0; i < width; i++) {
      values[i] = Elements.getDouble(data, type.dtype(), start + i) * factor + offset;
    }
  }

  public int rows() {
    return type.shape().dim(0);
  }

  /// Shape of one sample.
  public Shape rowShape() {
    var dims = type.shape().dims();
    return new Shape(dims.subList(1, dims.size()));
  }

  /// Type of one sample in a batch, without the axis of samples.
  public TensorType rowType() {
    return new TensorType(scale.isPresent() ? DType.F32 : type.dtype(), rowShape());
  }

  /// Type of one stored sample.
  TensorType storedRowType() {
    return type.with(rowShape());
  }

  /// Bytes of one stored row.
  long rowBytes() {
    return rowShape().size() * type.dtype().bytes();
  }

  /// Type of a batch of `size` rows.
  TensorType batchType(int size) {
    var dims = new ArrayList<>(type.shape().dims());
    dims.set(0, size);
    return new TensorType(rowType().dtype(), new Shape(dims));
  }
}
