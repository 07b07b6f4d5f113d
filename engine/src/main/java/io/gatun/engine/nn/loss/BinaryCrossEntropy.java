package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import java.io.IOException;

/// `-(w t log(p) + (1 - t) log(1 - p))` for targets `t` in [0, 1], averaged over all axes but the
/// first. From logits it serves negative sampling too: the dot products of a pair's vectors are the
/// logits, pairs seen have target 1 and pairs drawn 0 (Mikolov et al. 2013, equation 4).
///
/// @param fromLogits whether predictions are logits; else they are probabilities, and those of a
///     final sigmoid are taken back to its logits
/// @param positiveWeight `w`: above 1 it favours recall, below 1 precision
public record BinaryCrossEntropy(boolean fromLogits, double positiveWeight) implements Loss {
  public BinaryCrossEntropy {
    Checks.above("binary cross-entropy: positive weight", positiveWeight, 0);
  }

  /// Positive and negative targets weigh alike.
  public BinaryCrossEntropy(boolean fromLogits) {
    this(fromLogits, 1);
  }

  /// The loss of probabilities.
  public static BinaryCrossEntropy of() {
    return new BinaryCrossEntropy(false);
  }

  public BinaryCrossEntropy withPositiveWeight(double weight) {
    return new BinaryCrossEntropy(fromLogits, weight);
  }

  @Override
  public String kind() {
    return "binary_cross_entropy";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("from_logits", fromLogits).with("positive_weight", positiveWeight);
  }

  /// Reads what [#settings] gave.
  public static BinaryCrossEntropy read(Fields f) throws IOException {
    return new BinaryCrossEntropy(f.flag("from_logits"), f.number("positive_weight"));
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    var wanted = prediction.numbers(kind(), target);
    if (fromLogits) return Prediction.perSample(ofLogits(prediction.value(), wanted));
    return Prediction.perSample(
        prediction
            .sigmoidLogits()
            .map(logits -> ofLogits(logits, wanted))
            .orElseGet(() -> ofProbabilities(prediction.value(), wanted)));
  }

  /// With weights `w t softplus(-x) + (1 - t) softplus(x)`.
  private Value ofLogits(Value logits, Value target) {
    if (positiveWeight == 1) return Nn.binaryCrossEntropy(logits, target);
    var yes = target.mul(positiveWeight).mul(Nn.softplus(logits.neg()));
    return yes.add(target.neg().add(1).mul(Nn.softplus(logits)));
  }

  private Value ofProbabilities(Value probabilities, Value target) {
    var p = probabilities.clamp(PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN);
    var no = p.neg().add(1).log();
    var yes = positiveWeight == 1 ? p.log() : p.log().mul(positiveWeight);
    return target.mul(yes.sub(no)).add(no).neg();
  }
}
