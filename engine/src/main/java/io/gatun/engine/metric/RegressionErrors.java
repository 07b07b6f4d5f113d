package io.gatun.engine.metric;

/// How far numbers predicted are from the true ones.
///
/// @param rows number of samples
/// @param meanSquaredError mean of `(truth - predicted)^2`
/// @param meanAbsoluteError mean of `|truth - predicted|`
/// @param r2 the share of the truth's variance that is explained, `1 - sum of squared errors / sum
///     of squared differences from the mean`; as in scikit-learn, where the truth is constant it is
///     1 if every prediction is right and else 0, and NaN for a single sample
public record RegressionErrors(
    int rows, double meanSquaredError, double meanAbsoluteError, double r2) {

  /// @throws IllegalArgumentException if there is no row, or naming the row that is not finite
  public static RegressionErrors of(double[] truth, double[] predicted) {
    Arguments.sameLength(truth.length, predicted.length);
    Arguments.notEmpty(truth.length);
    int n = truth.length;
    double mean = 0;
    for (int i = 0; i < n; i++) {
      Arguments.finite("truth", truth[i], i);
      Arguments.finite("predicted", predicted[i], i);
      mean += truth[i] / n;
    }
    double squares = 0;
    double absolutes = 0;
    double variation = 0;
    for (int i = 0; i < n; i++) {
      double error = truth[i] - predicted[i];
      squares += error * error;
      absolutes += Math.abs(error);
      variation += (truth[i] - mean) * (truth[i] - mean);
    }
    return new RegressionErrors(n, squares / n, absolutes / n, r2(n, squares, variation));
  }

  private static double r2(int rows, double squares, double variation) {
    if (rows < 2) return Double.NaN;
    if (variation == 0) return squares == 0 ? 1 : 0;
    return 1 - squares / variation;
  }

  /// Root of the mean squared error, in the unit of the truth.
  public double rootMeanSquaredError() {
    return Math.sqrt(meanSquaredError);
  }
}
