package io.gatun.engine.nn.metric;

import io.gatun.engine.metric.Average;

/// The harmonic mean of precision and recall, `2 right / (predicted + actual)`; 0 where there is
/// neither. An average is that of the classes' F1, not the F1 of the averages.
public record F1(Over over) implements ClassScore {
  /// Of the positive class, for probabilities.
  public static F1 of() {
    return new F1(new Over.Positives(0.5));
  }

  /// Of all classes.
  public static F1 of(Average average) {
    return new F1(new Over.Classes(average));
  }

  /// Of one of several classes.
  public static F1 ofClass(int label) {
    return new F1(new Over.OneClass(label));
  }

  @Override
  public String kind() {
    return "f1";
  }

  @Override
  public double figure(long right, long predicted, long actual) {
    return Counts.ratio(2 * right, predicted + actual);
  }
}
