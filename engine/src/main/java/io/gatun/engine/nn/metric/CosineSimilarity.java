package io.gatun.engine.nn.metric;

import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.loss.CosineDistance;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/// The mean cosine of the angle between prediction and target along the last axis; 0 for a vector
/// of zeros, and of nothing.
public record CosineSimilarity() implements Metric {
  @Override
  public String kind() {
    return "cosine_similarity";
  }

  @Override
  public List<TensorType> states(TensorType prediction) {
    return Means.STATES;
  }

  @Override
  public List<Value> update(List<Value> states, Prediction prediction, Value target) {
    var cosines = CosineDistance.similarity(kind(), prediction, target);
    return Means.update(states, cosines, Optional.empty());
  }

  @Override
  public double result(List<Tensor> states, long samples) {
    return Means.of(states);
  }
}
