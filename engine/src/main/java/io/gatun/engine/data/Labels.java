package io.gatun.engine.data;

import io.gatun.engine.metric.ConfusionMatrix;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.Elements;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;

/// The class of each sample, as a number from 0.
///
/// @param values one label a sample; the array is shared and not to be changed
public record Labels(Classes classes, int[] values) {
  /// Checks the range of the labels.
  ///
  /// @throws IllegalArgumentException naming the row of a label that is no class
  public Labels {
    for (int row = 0; row < values.length; row++) check(values[row], row, classes);
  }

  private static void check(long label, int row, Classes classes) {
    if (label < 0 || label >= classes.size()) {
      throw new IllegalArgumentException(
          "row %d: label %d is not one of the %d classes 0 to %d"
              .formatted(row, label, classes.size(), classes.size() - 1));
    }
  }

  /// Labels from 0 to `classes - 1`, whose names are these numbers.
  public static Labels of(int[] values, int classes) {
    return new Labels(new Classes(ConfusionMatrix.numbered(classes)), values);
  }

  /// The labels of a column of one integer a row.
  public static Labels of(Column column, Classes classes) {
    var type = column.type();
    if (!type.dtype().isInteger() || type.size() != column.rows() || column.scale().isPresent()) {
      throw new IllegalArgumentException(
          "column \"" + column.name() + "\" of " + type + " does not hold an integer label a row");
    }
    int[] values = new int[column.rows()];
    for (int row = 0; row < values.length; row++) {
      long label = Elements.getLong(column.data(), type.dtype(), row);
      check(label, row, classes);
      values[row] = (int) label;
    }
    return new Labels(classes, values);
  }

  /// The class of the highest score in each row, the first of equal ones: what a model predicts.
  ///
  /// @param scores one for each class, such as probabilities
  /// @throws IllegalArgumentException naming the row of a score that is not finite
  public static Labels predicted(Column scores, Classes classes) {
    Features.requireWidth(scores, classes.size(), "predicted labels");
    int[] values = new int[scores.rows()];
    double[] row = new double[classes.size()];
    for (int i = 0; i < values.length; i++) {
      Features.read(scores, i, row);
      for (int c = 1; c < row.length; c++) {
        if (row[c] > row[values[i]]) values[i] = c;
      }
    }
    return new Labels(classes, values);
  }

  /// These labels as the truth beside what was predicted.
  public ConfusionMatrix confusion(Labels predicted) {
    if (!classes.equals(predicted.classes)) {
      throw new IllegalArgumentException(
          "the truth has the classes %s, the prediction %s"
              .formatted(classes.names(), predicted.classes.names()));
    }
    return ConfusionMatrix.of(values, predicted.values, classes.names());
  }

  /// Number of samples.
  public int size() {
    return values.length;
  }

  /// Samples of each class.
  public int[] counts() {
    int[] counts = new int[classes.size()];
    for (int label : values) counts[label]++;
    return counts;
  }

  /// The labels of the rows of these numbers, in this order.
  public Labels rows(int[] rows) {
    return new Labels(classes, Arrays.stream(rows).map(row -> values[row]).toArray());
  }

  /// The name of each sample's class.
  public List<String> decode() {
    return Arrays.stream(values).mapToObj(classes.names()::get).toList();
  }

  /// The labels as `i32[n]` in `arena`.
  public Column column(String name, Arena arena) {
    return Column.of(name, values, arena);
  }

  /// Checks that there is a sample of each class.
  ///
  /// @param where what the samples are, for the message: "the validation split"
  /// @throws IllegalArgumentException naming a class without any
  public void requireEachClass(String where) {
    int[] counts = counts();
    for (int label = 0; label < counts.length; label++) {
      if (counts[label] == 0) {
        throw new IllegalArgumentException(
            "class \"%s\" has no sample in %s (%d samples of %d classes)"
                .formatted(classes.names().get(label), where, size(), classes.size()));
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Labels that
        && classes.equals(that.classes)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * classes.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return size() + " labels of the classes " + classes.names();
  }
}
