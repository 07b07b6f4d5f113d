package io.gatun.engine.nn.metric;

import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// `exp` of the mean cross-entropy of all positions that count: among how many equally likely
/// classes the network might as well have guessed. Of nothing it is 1.
///
/// @param loss the cross-entropy; the one that is trained on, so that it is computed once
public record Perplexity(Loss loss) implements Metric {
  /// The perplexity of probabilities against labels.
  public static Perplexity of() {
    return new Perplexity(SparseCategoricalCrossEntropy.of());
  }

  @Override
  public String kind() {
    return "perplexity";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("loss", loss);
  }

  @Override
  public List<TensorType> states(TensorType prediction) {
    return Means.STATES;
  }

  @Override
  public List<Value> update(List<Value> states, Prediction prediction, Value target) {
    return Means.update(states, loss, prediction, target);
  }

  @Override
  public double result(List<Tensor> states, long samples) {
    return Math.exp(Means.of(states));
  }
}
