package io.gatun.engine.nn.metric;

import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// The fraction of predictions that are right. Integer targets without an axis of classes are
/// labels, which the class of the greatest score must equal; targets with such an axis name theirs
/// by its greatest element; one number a sample is right when it is on the same side of the
/// threshold as the target is of 0.5. Labels that are no class, as -1 for padding, do not count.
///
/// @param threshold 0.5 for probabilities, 0 for logits
public record Accuracy(double threshold) implements Metric {
  /// The accuracy of probabilities, or of the greatest of several scores.
  public Accuracy() {
    this(0.5);
  }

  @Override
  public String kind() {
    return "accuracy";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("threshold", threshold);
  }

  /// Right and all predictions.
  @Override
  public List<TensorType> states(TensorType prediction) {
    return List.of(Counts.ONE, Counts.ONE);
  }

  @Override
  public List<Value> update(List<Value> states, Prediction prediction, Value target) {
    var outcome = Outcome.of(kind(), prediction, target, threshold);
    return List.of(
        states.get(0).add(Counts.of(outcome.right())),
        states.get(1).add(Counts.of(outcome.counted())));
  }

  @Override
  public double result(List<Tensor> states, long samples) {
    return Counts.ratio(states.get(0).item(), states.get(1).item());
  }
}
