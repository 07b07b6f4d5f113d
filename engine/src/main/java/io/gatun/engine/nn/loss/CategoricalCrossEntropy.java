package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;

/// `-sum(target * log(p))` over the last axis, for predictions and targets `[n, ..., classes]`.
///
/// @param fromLogits whether predictions are logits; else they are probabilities, and those of a
///     final softmax are taken back to its logits
public record CategoricalCrossEntropy(boolean fromLogits) implements Loss {
  /// The loss of probabilities.
  public static CategoricalCrossEntropy of() {
    return new CategoricalCrossEntropy(false);
  }

  @Override
  public String kind() {
    return "categorical_cross_entropy";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("from_logits", fromLogits);
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    var wanted = prediction.numbers(kind(), target);
    if (fromLogits) return Nn.softCrossEntropy(prediction.value(), wanted);
    return prediction
        .softmaxLogits()
        .map(logits -> Nn.softCrossEntropy(logits, wanted))
        .orElseGet(() -> ofProbabilities(prediction.value(), wanted));
  }

  private static Value ofProbabilities(Value p, Value target) {
    var logs = p.clamp(PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN).log();
    return logs.mul(target).sum(-1).neg();
  }
}
