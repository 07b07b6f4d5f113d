package io.gatun.engine.nn;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/// What one output of a model is trained for.
///
/// @param metrics told besides the loss, each under another name
/// @param weight of this loss in the sum over the outputs
/// @param classWeights a factor of the loss of samples with label 0, 1 ...; none where empty. As in
///     Keras the weighted losses are summed and divided by the number of samples
public record Objective(Loss loss, List<Metric> metrics, double weight, List<Double> classWeights) {
  public Objective {
    metrics = List.copyOf(metrics);
    classWeights = List.copyOf(classWeights);
    Checks.range("objective: weight", weight, 0, Double.POSITIVE_INFINITY);
    for (double factor : classWeights) {
      Checks.range("objective: class weight", factor, 0, Double.POSITIVE_INFINITY);
    }
    var names = new HashSet<String>();
    for (var metric : metrics) {
      if (!names.add(metric.name())) {
        throw new IllegalArgumentException("two metrics are named \"" + metric.name() + "\"");
      }
    }
  }

  public static Objective of(Loss loss, Metric... metrics) {
    return new Objective(loss, List.of(metrics), 1, List.of());
  }

  public Objective withWeight(double factor) {
    return new Objective(loss, metrics, factor, classWeights);
  }

  /// Factors for labels 0, 1 ...
  public Objective withClassWeights(double... factors) {
    return new Objective(loss, metrics, weight, Arrays.stream(factors).boxed().toList());
  }
}
