package io.gatun.engine.metric;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// The receiver operating characteristic of a score for two classes: what share of each class lies
/// at or above a threshold, for every distinct score as the threshold, from the highest down. The
/// first point stands for a threshold that no sample reaches.
///
/// @param falsePositiveRates share of class 0 at or above each threshold, rising from 0 to 1
/// @param truePositiveRates share of class 1 at or above each threshold, rising from 0 to 1
/// @param thresholds falling, the first infinite
public record RocCurve(
    double[] falsePositiveRates, double[] truePositiveRates, double[] thresholds) {

  /// The curve of `scores`, of which the higher ones speak for class 1; only their order counts.
  ///
  /// @param truth 0 or 1
  /// @throws IllegalArgumentException if there is no sample of a class, or a score is not finite
  public static RocCurve of(int[] truth, double[] scores) {
    Arguments.sameLength(truth.length, scores.length);
    for (int i = 0; i < truth.length; i++) {
      Arguments.label("truth", truth[i], i, 2);
      Arguments.finite("scores", scores[i], i);
    }
    int positives = Arrays.stream(truth).sum();
    if (positives == 0 || positives == truth.length) {
      throw new IllegalArgumentException(
          "no row of class %d among %d; a ROC curve compares two classes"
              .formatted(positives == 0 ? 1 : 0, truth.length));
    }
    return trace(truth, scores, positives);
  }

  private static RocCurve trace(int[] truth, double[] scores, int positives) {
    int n = truth.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] x = new double[n + 1];
    double[] y = new double[n + 1];
    double[] thresholds = new double[n + 1];
    thresholds[0] = Double.POSITIVE_INFINITY;
    int points = 1;
    int above = 0;
    for (int i = 0; i < n; i++) {
      above += truth[order[i]];
      double score = scores[order[i]];
      if (i + 1 < n && scores[order[i + 1]] == score) continue;
      x[points] = (double) (i + 1 - above) / (n - positives);
      y[points] = (double) above / positives;
      thresholds[points++] = score;
    }
    return new RocCurve(
        Arrays.copyOf(x, points), Arrays.copyOf(y, points), Arrays.copyOf(thresholds, points));
  }

  /// Area under the curve, by trapezoids: the chance that a sample of class 1 scores above one of
  /// class 0, equal scores counted half.
  public double auc() {
    double area = 0;
    for (int i = 1; i < thresholds.length; i++) {
      double width = falsePositiveRates[i] - falsePositiveRates[i - 1];
      area += width * (truePositiveRates[i] + truePositiveRates[i - 1]) / 2;
    }
    return area;
  }

  /// Mean area under the curves of each class against all others.
  ///
  /// @param scores `[rows][classes]`
  /// @throws IllegalArgumentException if a class has no sample or every sample
  public static double macroAuc(int[] truth, double[][] scores) {
    Arguments.sameLength(truth.length, scores.length);
    Arguments.notEmpty(truth.length);
    int classes = scores[0].length;
    for (int i = 0; i < truth.length; i++) {
      Arguments.label("truth", truth[i], i, classes);
      Arguments.width("scores", scores[i].length, i, classes);
    }
    return IntStream.range(0, classes).mapToDouble(c -> against(c, truth, scores)).sum() / classes;
  }

  private static double against(int label, int[] truth, double[][] scores) {
    int[] isLabel = Arrays.stream(truth).map(t -> t == label ? 1 : 0).toArray();
    try {
      return of(isLabel, Arrays.stream(scores).mapToDouble(row -> row[label]).toArray()).auc();
    } catch (IllegalArgumentException fault) {
      throw new IllegalArgumentException(
          "class " + label + " against the rest: " + fault.getMessage(), fault);
    }
  }
}
