package io.gatun.engine.data;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Fills missing numbers of a table with one number a column, such as the mean of the training
/// rows.
///
/// @param values what missing numbers of a column are replaced by, by name
public record Imputer(SequencedMap<String, Double> values) {
  /// Copies the map.
  public Imputer {
    values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
  }

  /// Learns from the numbers that are there.
  ///
  /// @throws IllegalArgumentException naming a column without any number to take a mean of
  public static Imputer fit(Table table, List<String> columns, MissingValues.Fill rule) {
    var values = new LinkedHashMap<String, Double>();
    for (var column : columns) {
      double[] present =
          Arrays.stream(table.number(column)).filter(v -> !Double.isNaN(v)).sorted().toArray();
      if (present.length == 0 && !(rule instanceof MissingValues.Constant)) {
        throw new IllegalArgumentException(
            "column '" + column + "' has no value to fill the missing ones by");
      }
      values.put(
          column,
          switch (rule) {
            case MissingValues.Mean _ -> Statistics.mean(present);
            case MissingValues.Median _ -> Statistics.quantile(present, 0.5);
            case MissingValues.Constant(double value) -> value;
          });
    }
    return new Imputer(values);
  }

  /// The table with its missing numbers filled in the columns that this has learned.
  public Table apply(Table table) {
    var numbers = new LinkedHashMap<>(table.numbers());
    values.forEach(
        (column, value) ->
            numbers.put(
                column,
                Arrays.stream(table.number(column))
                    .map(v -> Double.isNaN(v) ? value : v)
                    .toArray()));
    return new Table(numbers, table.texts());
  }
}
