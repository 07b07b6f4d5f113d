package io.gatun.engine.data;

import java.util.Arrays;

/// Mean and quantiles of an array that is not empty.
final class Statistics {
  private Statistics() {}

  static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  /// The quantile of ascending values by linear interpolation between the two nearest (type 7 of
  /// Hyndman and Fan, as NumPy computes it).
  static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    double weight = position - below;
    return sorted[below] * (1 - weight) + sorted[above] * weight;
  }
}
