package io.gatun.engine.metric;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/// How often samples of each class were taken for each class, and the figures that follow.
///
/// A ratio whose denominator is zero is 0, as scikit-learn's `zero_division=0` has it: precision of
/// a class that nothing was taken for, recall of a class without samples, F1 where both hold.
///
/// @param classes names, by label
/// @param counts `counts[t][p]`: samples of class `t` that were taken for class `p`
public record ConfusionMatrix(List<String> classes, long[][] counts) {
  /// Copies both; checks that the counts are square and not negative.
  public ConfusionMatrix {
    classes = List.copyOf(classes);
    counts = copy(counts);
    int n = classes.size();
    if (n == 0 || new HashSet<>(classes).size() < n) {
      throw new IllegalArgumentException("a confusion matrix needs distinct classes: " + classes);
    }
    if (counts.length != n || Arrays.stream(counts).anyMatch(row -> row.length != n)) {
      throw new IllegalArgumentException(
          "counts must be " + n + " by " + n + " for the classes " + classes);
    }
    if (Arrays.stream(counts).flatMapToLong(Arrays::stream).anyMatch(c -> c < 0)) {
      throw new IllegalArgumentException("negative count in " + Arrays.deepToString(counts));
    }
  }

  /// Counts labels from 0 to `classes.size() - 1`.
  ///
  /// @throws IllegalArgumentException naming the row of a label that is out of range
  public static ConfusionMatrix of(int[] truth, int[] predicted, List<String> classes) {
    Arguments.sameLength(truth.length, predicted.length);
    var counts = new long[classes.size()][classes.size()];
    for (int i = 0; i < truth.length; i++) {
      Arguments.label("truth", truth[i], i, classes.size());
      Arguments.label("predicted", predicted[i], i, classes.size());
      counts[truth[i]][predicted[i]]++;
    }
    return new ConfusionMatrix(classes, counts);
  }

  /// Counts labels from 0 to `classes - 1`, which are also the names.
  public static ConfusionMatrix of(int[] truth, int[] predicted, int classes) {
    return of(truth, predicted, numbered(classes));
  }

  /// The names "0" to `classes - 1`.
  public static List<String> numbered(int classes) {
    return IntStream.range(0, classes).mapToObj(String::valueOf).toList();
  }

  /// A copy of the counts.
  @Override
  public long[][] counts() {
    return copy(counts);
  }

  /// Samples of class `truth` that were taken for class `predicted`.
  public long count(int truth, int predicted) {
    return counts[truth][predicted];
  }

  /// The sum of both matrices, of the same classes: batches or folds put together.
  public ConfusionMatrix plus(ConfusionMatrix other) {
    if (!classes.equals(other.classes)) {
      throw new IllegalArgumentException(
          "confusion matrices of classes " + classes + " and " + other.classes + " do not add up");
    }
    var sum = counts();
    for (int t = 0; t < sum.length; t++) {
      for (int p = 0; p < sum.length; p++) sum[t][p] += other.counts[t][p];
    }
    return new ConfusionMatrix(classes, sum);
  }

  /// Number of samples.
  public long total() {
    return Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
  }

  /// Number of samples of a class.
  public long support(int label) {
    return Arrays.stream(counts[label]).sum();
  }

  /// Number of samples that were taken for a class.
  public long predicted(int label) {
    return Arrays.stream(counts).mapToLong(row -> row[label]).sum();
  }

  /// Share of samples taken for what they are.
  public double accuracy() {
    return ratio(right(), total());
  }

  /// Share of a class among the samples that were taken for it.
  public double precision(int label) {
    return ratio(counts[label][label], predicted(label));
  }

  /// Share of a class's samples that were taken for it.
  public double recall(int label) {
    return ratio(counts[label][label], support(label));
  }

  /// Harmonic mean of precision and recall.
  public double f1(int label) {
    return ratio(2 * counts[label][label], predicted(label) + support(label));
  }

  /// Precision over all classes.
  public double precision(Average average) {
    return average(average, this::precision);
  }

  /// Recall over all classes.
  public double recall(Average average) {
    return average(average, this::recall);
  }

  /// F1 over all classes: the average of the classes' F1, not the F1 of the averages.
  public double f1(Average average) {
    return average(average, this::f1);
  }

  private double average(Average average, IntToDoubleFunction figure) {
    var labels = IntStream.range(0, counts.length);
    return switch (average) {
      case MACRO -> labels.mapToDouble(figure).sum() / counts.length;
      case MICRO -> accuracy();
      case WEIGHTED ->
          ratio(labels.mapToDouble(c -> figure.applyAsDouble(c) * support(c)).sum(), total());
    };
  }

  private long right() {
    return IntStream.range(0, counts.length).mapToLong(c -> counts[c][c]).sum();
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }

  private static long[][] copy(long[][] counts) {
    return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfusionMatrix that
        && classes.equals(that.classes)
        && Arrays.deepEquals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return 31 * classes.hashCode() + Arrays.deepHashCode(counts);
  }

  /// The counts as a table: a row for each true class, a column for each predicted one.
  @Override
  public String toString() {
    int name = Math.max(5, classes.stream().mapToInt(String::length).max().orElse(0));
    int cell = Math.max(name, String.valueOf(total()).length());
    var text = new StringBuilder(("%" + name + "s ").formatted("truth"));
    for (var predicted : classes) text.append(("  %" + cell + "s").formatted(predicted));
    for (int t = 0; t < counts.length; t++) {
      text.append(("\n%" + name + "s ").formatted(classes.get(t)));
      for (long count : counts[t]) text.append(("  %" + cell + "d").formatted(count));
    }
    return text.append('\n').toString();
  }
}
