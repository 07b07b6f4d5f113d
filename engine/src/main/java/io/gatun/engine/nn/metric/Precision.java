package io.gatun.engine.nn.metric;

import io.gatun.engine.metric.Average;

/// The share of a class among the samples that were taken for it; 0 where none was, as
/// scikit-learn's `zero_division=0` has it.
public record Precision(Over over) implements ClassScore {
  /// Of the positive class, for probabilities.
  public static Precision of() {
    return new Precision(new Over.Positives(0.5));
  }

  /// Of all classes.
  public static Precision of(Average average) {
    return new Precision(new Over.Classes(average));
  }

  /// Of one of several classes.
  public static Precision ofClass(int label) {
    return new Precision(new Over.OneClass(label));
  }

  @Override
  public String kind() {
    return "precision";
  }

  @Override
  public double figure(long right, long predicted, long actual) {
    return Counts.ratio(right, predicted);
  }
}
