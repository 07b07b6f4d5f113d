package io.gatun.engine.nn.metric;

import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Prediction;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// The fraction of predictions that are right. Integer targets without an axis of classes are
/// labels, which the class of the greatest score must equal; targets with such an axis name theirs
/// by its greatest element; one number a sample is a probability, right when it is on the target's
/// side of 0.5.
public record Accuracy() implements Metric {
  private static final TensorType COUNT = TensorType.of(DType.I64);

  @Override
  public String kind() {
    return "accuracy";
  }

  /// Right and all predictions.
  @Override
  public List<TensorType> states(TensorType prediction) {
    return List.of(COUNT, COUNT);
  }

  @Override
  public List<Value> update(List<Value> states, Prediction prediction, Value target) {
    var right = right(prediction, target);
    var count = right.cast(DType.I32).sum().cast(DType.I64);
    return List.of(states.get(0).add(count), states.get(1).add(right.type().size()));
  }

  private Value right(Prediction prediction, Value target) {
    var scores = prediction.scores();
    if (scores.dim(-1) == 1) {
      var wanted = prediction.numbers(kind(), target);
      return prediction.value().gt(0.5).eq(wanted.gt(0.5));
    }
    if (target.shape().equals(scores.shape())) return scores.argmax(-1).eq(target.argmax(-1));
    var label = prediction.labels(kind(), target);
    return scores.argmax(-1).eq(label.cast(DType.I32));
  }

  @Override
  public double result(List<Tensor> states, long samples) {
    double all = states.get(1).item();
    return all == 0 ? 0 : states.get(0).item() / all;
  }
}
