package io.gatun.engine.metric;

/// The mean of `-ln p`, where `p` is the probability that was given to a sample's true class, held
/// between 2^-52 and `1 - 2^-52` so that a certain error costs 36 and not infinity.
public final class LogLoss {
  private static final double EPSILON = 0x1p-52;
  private static final double SUM_TOLERANCE = 1e-3;

  private LogLoss() {}

  /// Log loss over all classes.
  ///
  /// @param probabilities `[rows][classes]`, each row adding up to 1
  /// @throws IllegalArgumentException naming the row that holds no probabilities
  public static double of(int[] truth, double[][] probabilities) {
    Arguments.sameLength(truth.length, probabilities.length);
    Arguments.notEmpty(truth.length);
    int classes = probabilities[0].length;
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      Arguments.label("truth", truth[i], i, classes);
      Arguments.width("probabilities", probabilities[i].length, i, classes);
      check(probabilities[i], i);
      sum -= logarithm(probabilities[i][truth[i]]);
    }
    return sum / truth.length;
  }

  /// Log loss over two classes.
  ///
  /// @param probabilities of class 1
  public static double of(int[] truth, double[] probabilities) {
    Arguments.sameLength(truth.length, probabilities.length);
    Arguments.notEmpty(truth.length);
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      Arguments.label("truth", truth[i], i, 2);
      double p = probability(probabilities[i], i);
      sum -= logarithm(truth[i] == 1 ? p : 1 - p);
    }
    return sum / truth.length;
  }

  private static double logarithm(double p) {
    return Math.log(Math.clamp(p, EPSILON, 1 - EPSILON));
  }

  private static void check(double[] probabilities, int row) {
    double sum = 0;
    for (double p : probabilities) sum += probability(p, row);
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new IllegalArgumentException(
          "probabilities, row %d: they add up to %s, not to 1; put a softmax before them"
              .formatted(row, sum));
    }
  }

  private static double probability(double p, int row) {
    if (p >= 0 && p <= 1) return p;
    throw new IllegalArgumentException(
        "probabilities, row %d: %s is not between 0 and 1".formatted(row, p));
  }
}
