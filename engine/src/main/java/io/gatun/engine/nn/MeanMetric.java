package io.gatun.engine.nn;

import io.gatun.engine.Tensor;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.function.BiFunction;

/// The mean of a function of the user's own; equal to others of its kind.
record MeanMetric(String kind, BiFunction<Prediction, Value, Value> function) implements Metric {
  private static final TensorType SUM = TensorType.of(DType.F64);

  /// The sum, and how many elements are in it.
  @Override
  public List<TensorType> states(TensorType prediction) {
    return List.of(SUM, SUM);
  }

  @Override
  public List<Value> update(List<Value> states, Prediction prediction, Value target) {
    var values = function.apply(prediction, target);
    return List.of(
        states.get(0).add(values.sum().cast(DType.F64)), states.get(1).add(values.type().size()));
  }

  @Override
  public double result(List<Tensor> states, long samples) {
    double count = states.get(1).item();
    return count == 0 ? 0 : states.get(0).item() / count;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MeanMetric metric && metric.kind.equals(kind);
  }

  @Override
  public int hashCode() {
    return kind.hashCode();
  }
}
