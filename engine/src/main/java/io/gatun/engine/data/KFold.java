package io.gatun.engine.data;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// k-fold cross-validation: the rows are cut into `k` parts of nearly equal size, each of which
/// tests once what was trained on all others. Rows of a fold are ascending. The folds in order are
/// those of scikit-learn's `KFold` and `StratifiedKFold`.
public final class KFold {
  private KFold() {}

  /// Parts in the order of the rows, so that the rows of each test follow each other.
  public static List<Fold> inOrder(int rows, int k) {
    check(rows, k);
    return folds(inOrderParts(rows, k), k);
  }

  /// Parts of rows in an order that `seed` decides.
  public static List<Fold> shuffled(int rows, int k, long seed) {
    check(rows, k);
    int[] order = inOrderParts(rows, k);
    Permutation.shuffle(order, new SplittableRandom(seed));
    return folds(order, k);
  }

  /// Parts with the classes in the proportion that they have in the whole, each class in the order
  /// of the rows.
  ///
  /// @throws IllegalArgumentException naming a class of fewer than `k` samples
  public static List<Fold> stratified(Labels labels, int k) {
    return stratified(labels, k, _ -> {});
  }

  /// As [#stratified(Labels, int)], each class in an order that `seed` decides.
  public static List<Fold> stratified(Labels labels, int k, long seed) {
    var random = new SplittableRandom(seed);
    return stratified(labels, k, parts -> Permutation.shuffle(parts, random));
  }

  private static List<Fold> stratified(Labels labels, int k, Consumer<int[]> order) {
    check(labels.size(), k);
    int[] counts = labels.counts();
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] < k) {
        throw new IllegalArgumentException(
            "%d folds: class \"%s\" has %d samples, so that it is missing from a test split; use fewer folds"
                .formatted(k, labels.classes().names().get(c), counts[c]));
      }
    }
    int[] part = new int[labels.size()];
    int[][] rows = Stratum.rows(labels);
    int dealt = 0;
    for (int c : byFirstRow(rows)) {
      int[] parts = deal(dealt, counts[c], k);
      dealt += counts[c];
      order.accept(parts);
      for (int i = 0; i < parts.length; i++) part[rows[c][i]] = parts[i];
    }
    return folds(part, k);
  }

  /// Classes in the order in which they appear.
  private static int[] byFirstRow(int[][] rows) {
    return IntStream.range(0, rows.length)
        .boxed()
        .sorted((a, b) -> Integer.compare(rows[a][0], rows[b][0]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /// Deals `count` samples to the parts like cards, going on after the `dealt` ones before;
  /// ascending.
  private static int[] deal(int dealt, int count, int k) {
    int[] parts = new int[count];
    for (int i = 0; i < count; i++) parts[i] = (dealt + i) % k;
    Arrays.sort(parts);
    return parts;
  }

  private static void check(int rows, int k) {
    if (k < 2 || k > rows) {
      throw new IllegalArgumentException(
          k + " folds of " + rows + " rows; wanted are 2 to as many as there are rows");
    }
  }

  /// The part of each row; the first parts have a row more where it does not come out even.
  private static int[] inOrderParts(int rows, int k) {
    int[] part = new int[rows];
    int row = 0;
    for (int p = 0; p < k; p++) {
      int end = row + rows / k + (p < rows % k ? 1 : 0);
      for (; row < end; row++) part[row] = p;
    }
    return part;
  }

  private static List<Fold> folds(int[] part, int k) {
    return IntStream.range(0, k)
        .mapToObj(
            p ->
                new Fold(
                    IntStream.range(0, part.length).filter(row -> part[row] != p).toArray(),
                    IntStream.range(0, part.length).filter(row -> part[row] == p).toArray()))
        .toList();
  }
}
