package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;

/// `log(cosh(prediction - target))`, averaged over all axes but the first: about `x^2 / 2` near 0
/// and `|x| - log(2)` far away. Computed as `|x| + softplus(-2 |x|) - log(2)`, as in Keras, which
/// does not overflow.
public record LogCosh() implements Loss {
  @Override
  public String kind() {
    return "log_cosh";
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    var error = prediction.value().sub(prediction.numbers(kind(), target)).abs();
    return Prediction.perSample(error.add(Nn.softplus(error.mul(-2))).sub(Math.log(2)));
  }
}
