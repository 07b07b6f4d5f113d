package io.gatun.engine.data;

import io.gatun.engine.train.Dataset;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Which rows are for training, which for validation and which for the test at the end. Every row
/// is in one of them. A part has its fraction of the rows, rounded; training has the rest.
public record Split(int[] train, int[] validation, int[] test) {
  /// In the order of the rows, training first: the parts of a data set need no copy.
  ///
  /// @param validation fraction of the rows, 0 for none
  /// @param test fraction of the rows, 0 for none
  public static Split inOrder(int rows, double validation, double test) {
    return cut(IntStream.range(0, rows).toArray(), validation, test);
  }

  /// In an order that `seed` decides.
  public static Split shuffled(int rows, double validation, double test, long seed) {
    int[] order = IntStream.range(0, rows).toArray();
    Permutation.shuffle(order, new SplittableRandom(seed));
    return cut(order, validation, test);
  }

  private static Split cut(int[] order, double validation, double test) {
    int[] sizes = sizes(order.length, validation, test);
    int trainEnd = sizes[0];
    int validationEnd = trainEnd + sizes[1];
    return new Split(
        Arrays.copyOfRange(order, 0, trainEnd),
        Arrays.copyOfRange(order, trainEnd, validationEnd),
        Arrays.copyOfRange(order, validationEnd, order.length));
  }

  /// In an order that `seed` decides, with the classes in each part in the proportion that they
  /// have in the whole, as near as whole samples allow.
  ///
  /// @throws IllegalArgumentException naming a class that a part has no sample of
  public static Split stratified(Labels labels, double validation, double test, long seed) {
    int[] sizes = sizes(labels.size(), validation, test);
    var random = new SplittableRandom(seed);
    int[][] rows = Stratum.rows(labels);
    for (int[] stratum : rows) Permutation.shuffle(stratum, random);
    int[] left = labels.counts();
    int[] validations = Stratum.shares(left, sizes[1]);
    for (int c = 0; c < left.length; c++) left[c] -= validations[c];
    int[] tests = Stratum.shares(left, sizes[2]);
    int[][] parts = new int[3][];
    for (int part = 0; part < parts.length; part++) parts[part] = new int[sizes[part]];
    int[] filled = new int[3];
    for (int c = 0; c < rows.length; c++) {
      for (int i = 0; i < rows[c].length; i++) {
        int part = i < validations[c] ? 1 : i < validations[c] + tests[c] ? 2 : 0;
        parts[part][filled[part]++] = rows[c][i];
      }
    }
    for (int[] part : parts) Permutation.shuffle(part, random);
    var split = new Split(parts[0], parts[1], parts[2]);
    split.requireEachClass(labels);
    return split;
  }

  /// Checks that every part with samples has some of each class.
  ///
  /// @throws IllegalArgumentException naming class and part
  public void requireEachClass(Labels labels) {
    require(labels, train, "the training split");
    require(labels, validation, "the validation split");
    require(labels, test, "the test split");
  }

  private static void require(Labels labels, int[] rows, String where) {
    if (rows.length > 0) labels.rows(rows).requireEachClass(where);
  }

  /// Rows of training, validation and test.
  private static int[] sizes(int rows, double validation, double test) {
    if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
      throw new IllegalArgumentException(
          "split: fractions %s for validation and %s for test; wanted are fractions from 0 that add up to less than 1"
              .formatted(validation, test));
    }
    int validations = Math.toIntExact(Math.round(rows * validation));
    int tests = Math.toIntExact(Math.round(rows * test));
    int train = rows - validations - tests;
    if (train <= 0 || validation > 0 && validations == 0 || test > 0 && tests == 0) {
      throw new IllegalArgumentException(
          "split: %d rows make %d for training, %d for validation and %d for test; give more rows or other fractions"
              .formatted(rows, train, validations, tests));
    }
    return new int[] {train, validations, tests};
  }

  /// The three parts of a data set, gathered into `arena` where their rows do not follow each
  /// other.
  public Parts of(Dataset data, Arena arena) {
    int rows = train.length + validation.length + test.length;
    if (data.size() != rows) {
      throw new IllegalArgumentException(
          "split of " + rows + " rows for a data set of " + data.size());
    }
    return new Parts(data.rows(train, arena), data.rows(validation, arena), data.rows(test, arena));
  }

  /// A data set in three.
  public record Parts(Dataset train, Dataset validation, Dataset test) {}
}
