package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.graph.dsl.Value;

/// `|prediction - target|`, averaged over all axes but the first.
public record MeanAbsoluteError() implements Loss {
  @Override
  public String kind() {
    return "mean_absolute_error";
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    var wanted = prediction.numbers(kind(), target);
    return Prediction.perSample(prediction.value().sub(wanted).abs());
  }
}
