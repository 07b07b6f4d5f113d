package io.gatun.engine.io;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Numbers of a CSV file whose first line names the columns, all of them numbers. A file that holds
/// text too, or lacks values, is read as an [io.gatun.engine.data.Table].
///
/// @param columns names, left to right
/// @param rows `f64[n,columns]`
public record Csv(List<String> columns, Literal rows) {
  private static final int MAX_VALUES = 1 << 29;

  /// Copies the list.
  public Csv {
    columns = List.copyOf(columns);
  }

  /// Reads all rows into `arena`. What is not a number is refused, with its line and column.
  public static Csv read(Path file, Arena arena) throws IOException {
    try (var rows = CsvRows.open(file, ',')) {
      int width = rows.columns().size();
      double[] values = new double[0];
      int size = 0;
      while (rows.next()) {
        if (size > MAX_VALUES - width) {
          throw rows.malformed("more than " + MAX_VALUES + " values; use npy for these");
        }
        if (values.length < size + width) {
          values = Arrays.copyOf(values, size + Math.max(size, width));
        }
        for (int column = 0; column < width; column++) values[size++] = rows.number(column);
      }
      var type = TensorType.of(DType.F64, size / width, width);
      var data = arena.allocate(type.bytes(), 64);
      MemorySegment.copy(values, 0, data, ValueLayout.JAVA_DOUBLE, 0, size);
      return new Csv(rows.columns(), Literal.of(type, data));
    }
  }
}
