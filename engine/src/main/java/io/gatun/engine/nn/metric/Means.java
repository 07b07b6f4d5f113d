package io.gatun.engine.nn.metric;

import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/// A mean over many batches, as two states: the sum and how many numbers are in it.
final class Means {
  static final List<TensorType> STATES = List.of(TensorType.of(DType.F64), Counts.ONE);

  private Means() {}

  /// The states after a batch.
  ///
  /// @param counted which of the values count: `bool` of their shape; all where empty
  static List<Value> update(List<Value> states, Value values, Optional<Value> counted) {
    var kept = counted.map(mask -> values.where(mask, 0)).orElse(values);
    var sum = states.get(0).add(kept.sum().cast(DType.F64));
    var count = states.get(1);
    var next = counted.map(mask -> count.add(Counts.of(mask)));
    return List.of(sum, next.orElseGet(() -> count.add(values.type().size())));
  }

  /// The states after a batch whose losses are averaged, those that count.
  static List<Value> update(List<Value> states, Loss loss, Prediction prediction, Value target) {
    var losses = loss.of(prediction, target);
    return update(states, losses, loss.counted(losses, target));
  }

  /// The mean; 0 of nothing.
  static double of(List<Tensor> states) {
    return Counts.ratio(states.get(0).item(), states.get(1).item());
  }
}
