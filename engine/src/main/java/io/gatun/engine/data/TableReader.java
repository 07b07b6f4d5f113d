package io.gatun.engine.data;

import io.gatun.engine.io.CsvRows;
import io.gatun.engine.io.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads one CSV file by a schema. Memory grows with the file: nothing in it is a size.
final class TableReader {
  private static final int MAX_VALUES = 1 << 29;

  private final CsvRows csv;
  private final TableSchema schema;
  private final int[] numberColumns;
  private final int[] textColumns;
  private final double[][] numbers;
  private final List<List<String>> texts = new ArrayList<>();

  /// One object for each distinct text: classes come many times.
  private final Map<String, String> distinct = new HashMap<>();

  private int rows = 0;

  private TableReader(CsvRows csv, TableSchema schema) throws MalformedFileException {
    this.csv = csv;
    this.schema = schema;
    numberColumns = columns(schema.numbers());
    textColumns = columns(schema.texts());
    numbers = new double[numberColumns.length][16];
    for (int _ : textColumns) texts.add(new ArrayList<>());
  }

  private int[] columns(List<String> names) throws MalformedFileException {
    int[] columns = names.stream().mapToInt(csv.columns()::indexOf).toArray();
    for (int i = 0; i < columns.length; i++) {
      if (columns[i] < 0) {
        throw csv.malformedFile("no column '" + names.get(i) + "'; line 1 names " + csv.columns());
      }
    }
    return columns;
  }

  static Table read(Path file, TableSchema schema) throws IOException {
    try (var csv = CsvRows.open(file, schema.separator())) {
      return new TableReader(csv, schema).read();
    }
  }

  private Table read() throws IOException {
    long lines = 0;
    int width = numberColumns.length + textColumns.length;
    for (; csv.next(); lines++) {
      if (isDropped()) continue;
      if (rows == MAX_VALUES / width) {
        throw csv.malformed("more than " + MAX_VALUES + " values; use npy for these");
      }
      addNumbers();
      addTexts();
      rows++;
    }
    if (rows == 0) {
      throw csv.malformedFile(
          lines == 0
              ? "no row below the names"
              : "a value is missing in each of " + lines + " rows");
    }
    return filled(table());
  }

  private boolean isDropped() {
    return schema.missing() instanceof MissingValues.DropRow
        && (Arrays.stream(numberColumns).anyMatch(this::isMissing)
            || Arrays.stream(textColumns).anyMatch(this::isMissing));
  }

  private boolean isMissing(int column) {
    return schema.markers().contains(csv.text(column));
  }

  private void addNumbers() throws MalformedFileException {
    for (int c = 0; c < numbers.length; c++) {
      if (rows == numbers[c].length) numbers[c] = Arrays.copyOf(numbers[c], 2 * rows);
      numbers[c][rows] = number(numberColumns[c]);
    }
  }

  private double number(int column) throws MalformedFileException {
    if (isMissing(column)) {
      if (schema.missing() instanceof MissingValues.Refuse) throw missing(column);
      return Double.NaN;
    }
    double number = csv.number(column);
    if (!Double.isFinite(number)) {
      throw csv.malformed(column, "\"" + csv.text(column) + "\" is not a finite number");
    }
    return number;
  }

  private void addTexts() throws MalformedFileException {
    for (int c = 0; c < textColumns.length; c++) {
      boolean missing = isMissing(textColumns[c]);
      if (missing && !(schema.missing() instanceof MissingValues.Keep)) {
        throw missing(textColumns[c]);
      }
      String text = missing ? "" : csv.text(textColumns[c]);
      texts.get(c).add(distinct.computeIfAbsent(text, t -> t));
    }
  }

  private MalformedFileException missing(int column) {
    return csv.malformed(
        column, "the value is missing; drop such rows or fill them by a rule of the schema");
  }

  private Table table() {
    var numbersByName = new LinkedHashMap<String, double[]>();
    for (int c = 0; c < numbers.length; c++) {
      numbersByName.put(schema.numbers().get(c), Arrays.copyOf(numbers[c], rows));
    }
    var textsByName = new LinkedHashMap<String, List<String>>();
    for (int c = 0; c < textColumns.length; c++) {
      textsByName.put(schema.texts().get(c), List.copyOf(texts.get(c)));
    }
    return new Table(numbersByName, textsByName);
  }

  private Table filled(Table table) throws MalformedFileException {
    if (!(schema.missing() instanceof MissingValues.Fill rule)) return table;
    try {
      return Imputer.fit(table, schema.numbers(), rule).apply(table);
    } catch (IllegalArgumentException nothingToTake) {
      var failure = csv.malformedFile(nothingToTake.getMessage());
      failure.initCause(nothingToTake);
      throw failure;
    }
  }
}
