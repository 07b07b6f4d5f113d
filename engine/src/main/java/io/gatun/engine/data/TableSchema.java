package io.gatun.engine.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which columns of a CSV file become a [Table], and how they are read. Columns that are not named
/// are skipped.
///
/// ```
/// TableSchema.ofNumbers("length", "width").withTexts("species").with(new MissingValues.DropRow())
/// ```
///
/// @param numbers columns of finite numbers
/// @param texts columns of text, such as the names of classes
/// @param missing what is done where a value is missing
/// @param markers values that stand for a missing one
/// @param separator between two values
public record TableSchema(
    List<String> numbers,
    List<String> texts,
    MissingValues missing,
    Set<String> markers,
    char separator) {
  /// What stands for a missing value unless the schema says otherwise.
  public static final Set<String> MARKERS = Set.of("", "NA", "NaN", "nan", "null");

  /// Copies the collections; no column may be named twice.
  public TableSchema {
    numbers = List.copyOf(numbers);
    texts = List.copyOf(texts);
    markers = Set.copyOf(markers);
    var names = new HashSet<>(numbers);
    names.addAll(texts);
    if (names.isEmpty()) throw new IllegalArgumentException("a table needs at least one column");
    if (names.size() < numbers.size() + texts.size()) {
      throw new IllegalArgumentException(
          "a column is named twice in the numbers " + numbers + " and the texts " + texts);
    }
  }

  /// Columns of numbers, separated by commas, of which none may miss.
  public static TableSchema ofNumbers(String... columns) {
    return new TableSchema(List.of(columns), List.of(), new MissingValues.Refuse(), MARKERS, ',');
  }

  /// Columns of text, separated by commas, of which none may miss.
  public static TableSchema ofTexts(String... columns) {
    return new TableSchema(List.of(), List.of(columns), new MissingValues.Refuse(), MARKERS, ',');
  }

  /// This schema with these columns of text in place of others.
  public TableSchema withTexts(String... columns) {
    return new TableSchema(numbers, List.of(columns), missing, markers, separator);
  }

  /// This schema with another rule for missing values.
  public TableSchema with(MissingValues rule) {
    return new TableSchema(numbers, texts, rule, markers, separator);
  }

  /// This schema with other values that stand for a missing one; the empty text is one of them only
  /// if it is named.
  public TableSchema withMarkers(String... values) {
    return new TableSchema(numbers, texts, missing, Set.of(values), separator);
  }

  /// This schema with another separator, such as `;` or a tabulator.
  public TableSchema withSeparator(char character) {
    return new TableSchema(numbers, texts, missing, markers, character);
  }
}
