package io.gatun.engine.nn.metric;

import io.gatun.engine.metric.Average;

/// The share of a class's samples that were taken for it; 0 where there is none, as scikit-learn's
/// `zero_division=0` has it.
public record Recall(Over over) implements ClassScore {
  /// Of the positive class, for probabilities.
  public static Recall of() {
    return new Recall(new Over.Positives(0.5));
  }

  /// Of all classes.
  public static Recall of(Average average) {
    return new Recall(new Over.Classes(average));
  }

  /// Of one of several classes.
  public static Recall ofClass(int label) {
    return new Recall(new Over.OneClass(label));
  }

  @Override
  public String kind() {
    return "recall";
  }

  @Override
  public double figure(long right, long predicted, long actual) {
    return Counts.ratio(right, actual);
  }
}
