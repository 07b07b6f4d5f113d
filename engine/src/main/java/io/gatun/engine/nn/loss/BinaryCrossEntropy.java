package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;

/// `-(t log(p) + (1 - t) log(1 - p))` for targets `t` in [0, 1], averaged over all axes but the
/// first.
///
/// @param fromLogits whether predictions are logits; else they are probabilities, and those of a
///     final sigmoid are taken back to its logits
public record BinaryCrossEntropy(boolean fromLogits) implements Loss {
  /// The loss of probabilities.
  public static BinaryCrossEntropy of() {
    return new BinaryCrossEntropy(false);
  }

  @Override
  public String kind() {
    return "binary_cross_entropy";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("from_logits", fromLogits);
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    var wanted = prediction.numbers(kind(), target);
    if (fromLogits) return Prediction.perSample(Nn.binaryCrossEntropy(prediction.value(), wanted));
    return Prediction.perSample(
        prediction
            .sigmoidLogits()
            .map(logits -> Nn.binaryCrossEntropy(logits, wanted))
            .orElseGet(() -> ofProbabilities(prediction.value(), wanted)));
  }

  private static Value ofProbabilities(Value probabilities, Value target) {
    var p = probabilities.clamp(PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN);
    var no = p.neg().add(1).log();
    return target.mul(p.log().sub(no)).add(no).neg();
  }
}
