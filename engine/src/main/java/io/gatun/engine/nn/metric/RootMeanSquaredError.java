package io.gatun.engine.nn.metric;

import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Prediction;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/// The root of the mean squared difference of all elements; 0 of nothing.
public record RootMeanSquaredError() implements Metric {
  @Override
  public String kind() {
    return "root_mean_squared_error";
  }

  @Override
  public List<TensorType> states(TensorType prediction) {
    return Means.STATES;
  }

  @Override
  public List<Value> update(List<Value> states, Prediction prediction, Value target) {
    var error = prediction.value().sub(prediction.numbers(kind(), target));
    return Means.update(states, error.square(), Optional.empty());
  }

  @Override
  public double result(List<Tensor> states, long samples) {
    return Math.sqrt(Means.of(states));
  }
}
