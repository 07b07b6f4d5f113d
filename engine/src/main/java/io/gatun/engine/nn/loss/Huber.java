package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;

/// Huber's loss (1964): `e^2 / 2` for errors `e = |prediction - target|` up to `delta`, else `delta
/// (e - delta / 2)`; averaged over all axes but the first.
public record Huber(double delta) implements Loss {
  public Huber {
    Checks.above("huber: delta", delta, 0);
  }

  /// Linear from an error of 1.
  public static Huber of() {
    return new Huber(1);
  }

  @Override
  public String kind() {
    return "huber";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("delta", delta);
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    var error = prediction.value().sub(prediction.numbers(kind(), target)).abs();
    var within = error.minimum(delta);
    return Prediction.perSample(within.mul(error.sub(within.mul(0.5))));
  }
}
