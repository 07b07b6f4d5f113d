package io.gatun.engine.data;

import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Elements;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Columns seen as numbers, one row of features a sample: the elements of a row, whatever its
/// shape, are its features 0, 1, 2 and so on.
public final class Features {
  private Features() {}

  /// The columns side by side, as `f32[n,features]` in `arena`.
  public static Column join(String name, List<Column> parts, Arena arena) {
    if (parts.isEmpty()) throw new IllegalArgumentException("no column to join");
    int rows = parts.getFirst().rows();
    int width = 0;
    for (var part : parts) {
      if (part.rows() != rows) {
        throw new IllegalArgumentException(
            "columns \"%s\" of %d rows and \"%s\" of %d cannot be joined"
                .formatted(parts.getFirst().name(), rows, part.name(), part.rows()));
      }
      width = Math.addExact(width, width(part));
    }
    var type = TensorType.f32(rows, width);
    var data = arena.allocate(type.bytes(), 64);
    int start = 0;
    for (var part : parts) {
      double[] values = new double[width(part)];
      for (int row = 0; row < rows; row++) {
        part.read(row, values);
        write(values, data, (long) row * width + start);
      }
      start += values.length;
    }
    return Column.of(name, Literal.of(type, data));
  }

  /// Checks that every number of every column is finite.
  ///
  /// @throws IllegalArgumentException naming column, row and feature of the first that is not
  public static void requireFinite(Dataset data) {
    data.inputs().forEach(Features::requireFinite);
    data.targets().forEach(Features::requireFinite);
    data.weights().ifPresent(Features::requireFinite);
  }

  /// Checks that every number of a column is finite.
  ///
  /// @throws IllegalArgumentException naming row and feature of the first that is not
  public static void requireFinite(Column column) {
    var dtype = column.type().dtype();
    if (dtype.isInteger() || dtype == DType.BOOL) return;
    long size = column.type().size();
    for (long i = 0; i < size; i++) {
      double value = Elements.getDouble(column.data(), dtype, i);
      if (!Double.isFinite(value))
        throw notFinite(column, i / width(column), i % width(column), value);
    }
  }

  private static IllegalArgumentException notFinite(
      Column column, long row, long feature, double value) {
    return new IllegalArgumentException(
        "column \"%s\", row %d, feature %d is %s; a model learns from finite numbers alone"
            .formatted(column.name(), row, feature, value));
  }

  static int width(Column column) {
    return Math.toIntExact(column.rowShape().size());
  }

  /// Reads a row, which must be finite.
  static void read(Column column, int row, double[] values) {
    column.read(row, values);
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) throw notFinite(column, row, i, values[i]);
    }
  }

  /// One number, which must be finite.
  static double at(Column column, int row, int feature) {
    long index = (long) row * width(column) + feature;
    double stored = Elements.getDouble(column.data(), column.type().dtype(), index);
    double value = column.scale().map(s -> stored * s.factor() + s.offset()).orElse(stored);
    if (!Double.isFinite(value)) throw notFinite(column, row, feature, value);
    return value;
  }

  /// A function of each row, as f32 rows of another shape in `arena`.
  static Column map(Column column, Shape rowShape, UnaryOperator<double[]> function, Arena arena) {
    var dims = new ArrayList<>(rowShape.dims());
    dims.addFirst(column.rows());
    var type = new TensorType(DType.F32, new Shape(dims));
    var data = arena.allocate(type.bytes(), 64);
    double[] values = new double[width(column)];
    for (int row = 0; row < column.rows(); row++) {
      read(column, row, values);
      double[] results = function.apply(values);
      write(results, data, row * rowShape.size());
    }
    return Column.of(column.name(), Literal.of(type, data));
  }

  private static void write(double[] values, MemorySegment data, long start) {
    for (int i = 0; i < values.length; i++) {
      data.setAtIndex(ValueLayout.JAVA_FLOAT, start + i, (float) values[i]);
    }
  }

  /// A column of features, of which there are some in some rows.
  static void requireSamples(Column column, String call) {
    if (column.type().size() == 0) {
      throw new IllegalArgumentException(
          "%s: column \"%s\" of %s is empty".formatted(call, column.name(), column.type()));
    }
  }

  /// A column of as many features as were fitted to.
  static void requireWidth(Column column, int width, String call) {
    if (width(column) != width) {
      throw new IllegalArgumentException(
          "%s: column \"%s\" of %s has %d features, wanted are %d"
              .formatted(call, column.name(), column.type(), width(column), width));
    }
  }
}
