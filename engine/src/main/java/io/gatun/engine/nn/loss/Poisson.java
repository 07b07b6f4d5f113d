package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.graph.dsl.Value;

/// The negative logarithm of a Poisson distribution's probability for counts `t`, less what does
/// not depend on the prediction, which is the logarithm `x` of the rate: `exp(x) - t x`, averaged
/// over all axes but the first; PyTorch's `PoissonNLLLoss`. A rate above 1e38 is infinite.
public record Poisson() implements Loss {
  @Override
  public String kind() {
    return "poisson";
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    Checks.fits(
        prediction.sigmoidLogits().isEmpty() && prediction.softmaxLogits().isEmpty(),
        "poisson: wants logarithms of rates, which are any numbers; the network ends in "
            + "probabilities: leave its last activation away");
    var x = prediction.value();
    return Prediction.perSample(x.exp().sub(prediction.numbers(kind(), target).mul(x)));
  }
}
