package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;

/// The focal loss of two classes (Lin et al. 2017, equation 5): `-a (1 - q)^gamma log(q)`, where
/// `q` is the probability of the true class and `a` is `alpha` for targets above 0.5 and `1 -
/// alpha` for others; averaged over all axes but the first. With logits `z` towards the true class
/// it is `a exp(-gamma softplus(z)) softplus(-z)`, which overflows nowhere.
///
/// @param gamma how much less samples count that are right already; 0 for cross-entropy
/// @param alpha weight of the positive class, in [0, 1]
/// @param fromLogits whether predictions are logits; else they are a final sigmoid's probabilities
public record Focal(double gamma, double alpha, boolean fromLogits) implements Loss {
  public Focal {
    Checks.range("focal: gamma", gamma, 0, Double.POSITIVE_INFINITY);
    Checks.range("focal: alpha", alpha, 0, Math.nextUp(1.0));
  }

  /// The paper's settings, 2 and 0.25, for a network that ends in a sigmoid.
  public static Focal of() {
    return new Focal(2, 0.25, false);
  }

  @Override
  public String kind() {
    return "focal";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("gamma", gamma)
        .with("alpha", alpha)
        .with("from_logits", fromLogits);
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    var positive = prediction.numbers(kind(), target).gt(0.5);
    var logits = fromLogits ? prediction.value() : logits(prediction);
    var z = positive.select(logits, logits.neg());
    var modulation = Nn.softplus(z).mul(-gamma).exp();
    var weight = positive.select(z.scalar(alpha), z.scalar(1 - alpha));
    return Prediction.perSample(weight.mul(modulation).mul(Nn.softplus(z.neg())));
  }

  private static Value logits(Prediction prediction) {
    Checks.fits(
        prediction.sigmoidLogits().isPresent(),
        "focal: wants a network that ends in a sigmoid, or logits and fromLogits = true; got %s",
        prediction.value());
    return prediction.sigmoidLogits().orElseThrow();
  }
}
