package io.gatun.engine.data;

import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// Named columns of numbers and of text, all of the same number of rows, on the heap. A number may
/// be NaN, which stands for a missing one; the columns made for a model may not.
///
/// @param numbers columns of numbers by name, in order; the arrays are shared and not to be changed
/// @param texts columns of text by name, in order
public record Table(
    SequencedMap<String, double[]> numbers, SequencedMap<String, List<String>> texts) {
  /// Copies the maps; checks that the columns are as long as each other.
  public Table {
    numbers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(numbers));
    texts = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(texts));
    if (numbers.isEmpty() && texts.isEmpty()) {
      throw new IllegalArgumentException("a table needs at least one column");
    }
    int rows = rows(numbers, texts);
    for (var column : numbers.entrySet()) check(column.getKey(), column.getValue().length, rows);
    for (var column : texts.entrySet()) check(column.getKey(), column.getValue().size(), rows);
  }

  private static int rows(
      SequencedMap<String, double[]> numbers, SequencedMap<String, List<String>> texts) {
    return numbers.isEmpty()
        ? texts.firstEntry().getValue().size()
        : numbers.firstEntry().getValue().length;
  }

  private static void check(String name, int length, int rows) {
    if (length != rows) {
      throw new IllegalArgumentException(
          "table: column \"%s\" has %d rows, the first has %d".formatted(name, length, rows));
    }
  }

  /// Reads the columns that `schema` names from a CSV file (RFC 4180, UTF-8) whose first line names
  /// its columns. Rows of another number of values than the first, text in a column of numbers,
  /// numbers that are not finite and an empty file are refused, with line and column.
  ///
  /// @throws io.gatun.engine.io.MalformedFileException if the file is not as the schema says
  public static Table read(Path csv, TableSchema schema) throws IOException {
    return TableReader.read(csv, schema);
  }

  /// Number of rows.
  public int rows() {
    return rows(numbers, texts);
  }

  /// A column of numbers.
  public double[] number(String name) {
    return Optional.ofNullable(numbers.get(name)).orElseThrow(() -> noColumn("numbers", name));
  }

  /// A column of text.
  public List<String> text(String name) {
    return Optional.ofNullable(texts.get(name)).orElseThrow(() -> noColumn("text", name));
  }

  private IllegalArgumentException noColumn(String kind, String name) {
    return new IllegalArgumentException(
        "table: no column of %s \"%s\"; there are the numbers %s and the texts %s"
            .formatted(kind, name, numbers.keySet(), texts.keySet()));
  }

  /// The rows of these numbers, in this order, copied.
  public Table rows(int[] rows) {
    var someNumbers = new LinkedHashMap<String, double[]>();
    numbers.forEach(
        (name, values) ->
            someNumbers.put(name, Arrays.stream(rows).mapToDouble(i -> values[i]).toArray()));
    var someTexts = new LinkedHashMap<String, List<String>>();
    texts.forEach(
        (name, values) -> someTexts.put(name, Arrays.stream(rows).mapToObj(values::get).toList()));
    return new Table(someNumbers, someTexts);
  }

  /// The columns of numbers of these names side by side, as `f32[rows,columns]` in `arena`.
  ///
  /// @throws IllegalArgumentException naming row and column of a number that is missing or beyond
  ///     the range of f32
  public Column features(String name, List<String> columns, Arena arena) {
    var type = TensorType.f32(rows(), columns.size());
    var data = arena.allocate(type.bytes(), 64);
    for (int c = 0; c < columns.size(); c++) {
      double[] values = number(columns.get(c));
      for (int row = 0; row < values.length; row++) {
        float value = (float) values[row];
        if (!Float.isFinite(value)) throw notFinite(columns.get(c), row, values[row]);
        data.setAtIndex(ValueLayout.JAVA_FLOAT, (long) row * columns.size() + c, value);
      }
    }
    return Column.of(name, Literal.of(type, data));
  }

  private static IllegalArgumentException notFinite(String column, int row, double value) {
    return new IllegalArgumentException(
        Double.isNaN(value)
            ? "table: row %d of column \"%s\" is missing; fill it by an Imputer"
                .formatted(row, column)
            : "table: %s in row %d of column \"%s\" is not a finite f32"
                .formatted(value, row, column));
  }

  /// A column of text or numbers as classes: its distinct values, texts sorted by character,
  /// numbers by size, are labelled from 0.
  public Labels labels(String column) {
    if (texts.containsKey(column)) {
      int empty = text(column).indexOf("");
      if (empty >= 0) {
        throw new IllegalArgumentException(
            "table: row %d of column \"%s\" is missing; drop such rows".formatted(empty, column));
      }
      return Classes.of(text(column)).encode(text(column));
    }
    double[] values = number(column);
    for (int row = 0; row < values.length; row++) {
      if (!Double.isFinite(values[row])) throw notFinite(column, row, values[row]);
    }
    double[] distinct = Arrays.stream(values).map(v -> v + 0.0).distinct().sorted().toArray();
    var classes = new Classes(Arrays.stream(distinct).mapToObj(Table::className).toList());
    return new Labels(
        classes,
        Arrays.stream(values).mapToInt(v -> Arrays.binarySearch(distinct, v + 0.0)).toArray());
  }

  private static String className(double value) {
    return value == (long) value ? String.valueOf((long) value) : String.valueOf(value);
  }

  /// The columns and the first five rows.
  @Override
  public String toString() {
    var text = new StringBuilder();
    var names = Stream.concat(numbers.keySet().stream(), texts.keySet().stream()).toList();
    text.append(String.join(",", names)).append('\n');
    for (int i = 0; i < Math.min(5, rows()); i++) {
      int row = i;
      var values =
          Stream.concat(
              numbers.values().stream().map(v -> String.valueOf(v[row])),
              texts.values().stream().map(v -> v.get(row)));
      text.append(String.join(",", values.toList())).append('\n');
    }
    return text.append(rows()).append(" rows\n").toString();
  }
}
