package io.gatun.bench.models;

import io.gatun.bench.Comparison;

/// A figure that has a goal, and how far it spread over the pairs or repetitions.
///
/// @param value the ratio of the medians, or the median
/// @param low the 10th percentile
/// @param high the 90th percentile
/// @param best of the fastest of each side: what a quiet machine would show
record Score(Goal goal, double value, double low, double high, double best) {
  /// The ratios of two subjects' times.
  static Score ratio(Goal goal, Comparison times) {
    return new Score(
        goal, times.ratio(), times.ratio(0.1), times.ratio(0.9), times.ratioOfFastest());
  }

  /// The share that B's time is of A's: what A reaches of the speed of B, which is the limit.
  static Score share(Goal goal, Comparison times) {
    return new Score(
        goal,
        1 / times.ratio(),
        1 / times.ratio(0.9),
        1 / times.ratio(0.1),
        1 / times.ratioOfFastest());
  }

  /// Figures of repetitions, of which less is better.
  static Score of(Goal goal, double... figures) {
    return new Score(
        goal,
        Comparison.quantile(figures, 0.5),
        Comparison.quantile(figures, 0.1),
        Comparison.quantile(figures, 0.9),
        Comparison.quantile(figures, 0));
  }

  boolean isMet() {
    return goal.isMet(value);
  }

  String text(double figure) {
    return goal.measure().text(figure);
  }
}
