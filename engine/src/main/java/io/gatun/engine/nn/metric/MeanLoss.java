package io.gatun.engine.nn.metric;

import io.gatun.engine.Tensor;
import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Metric;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.engine.nn.loss.MeanAbsoluteError;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// The mean of a loss over all samples, told beside the one that is trained on, without weights of
/// samples or classes. Named after the loss; of nothing it is 0.
public record MeanLoss(Loss loss) implements Metric {
  public static MeanLoss absoluteError() {
    return new MeanLoss(new MeanAbsoluteError());
  }

  public static MeanLoss squaredError() {
    return new MeanLoss(new MeanSquaredError());
  }

  @Override
  public String kind() {
    return "mean_loss";
  }

  @Override
  public String name() {
    return loss.kind();
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
    return Means.of(states);
  }
}
