package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import java.io.IOException;

/// `-sum(target * log(p))` over the last axis, for predictions and targets `[n, ..., classes]`.
///
/// @param fromLogits whether predictions are logits; else they are probabilities, and those of a
///     final softmax are taken back to its logits
/// @param smoothing part of each target that goes to all classes alike (Szegedy et al. 2016,
///     section 7): `(1 - smoothing) target + smoothing / classes`
public record CategoricalCrossEntropy(boolean fromLogits, double smoothing) implements Loss {
  public CategoricalCrossEntropy {
    Checks.range("categorical cross-entropy: smoothing", smoothing, 0, 1);
  }

  /// Targets as they are.
  public CategoricalCrossEntropy(boolean fromLogits) {
    this(fromLogits, 0);
  }

  /// The loss of probabilities.
  public static CategoricalCrossEntropy of() {
    return new CategoricalCrossEntropy(false);
  }

  public CategoricalCrossEntropy withSmoothing(double part) {
    return new CategoricalCrossEntropy(fromLogits, part);
  }

  @Override
  public String kind() {
    return "categorical_cross_entropy";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("from_logits", fromLogits).with("smoothing", smoothing);
  }

  /// Reads what [#settings] gave.
  public static CategoricalCrossEntropy read(Fields f) throws IOException {
    return new CategoricalCrossEntropy(f.flag("from_logits"), f.number("smoothing"));
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    var wanted = smooth(prediction.numbers(kind(), target));
    if (fromLogits) return Nn.softCrossEntropy(prediction.value(), wanted);
    return prediction
        .softmaxLogits()
        .map(logits -> Nn.softCrossEntropy(logits, wanted))
        .orElseGet(() -> ofProbabilities(prediction.value(), wanted));
  }

  private Value smooth(Value target) {
    if (smoothing == 0) return target;
    return target.mul(1 - smoothing).add(smoothing / target.dim(-1));
  }

  private static Value ofProbabilities(Value p, Value target) {
    var logs = p.clamp(PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN).log();
    return logs.mul(target).sum(-1).neg();
  }
}
