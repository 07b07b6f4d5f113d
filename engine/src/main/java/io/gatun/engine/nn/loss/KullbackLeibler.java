package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;

/// The Kullback-Leibler divergence `sum(t log(t / p))` over the last axis, for distributions `[n,
/// ..., classes]`. Where `t` is 0 it adds 0, as in PyTorch.
///
/// @param fromLogits whether predictions are logits; else they are probabilities, and those of a
///     final softmax are taken back to its logits
public record KullbackLeibler(boolean fromLogits) implements Loss {
  /// The loss of probabilities.
  public static KullbackLeibler of() {
    return new KullbackLeibler(false);
  }

  @Override
  public String kind() {
    return "kullback_leibler";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("from_logits", fromLogits);
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    var wanted = prediction.numbers(kind(), target);
    var entropy = wanted.mul(wanted.maximum(Float.MIN_NORMAL).log());
    return entropy.sub(wanted.mul(logarithms(prediction))).sum(-1);
  }

  private Value logarithms(Prediction prediction) {
    if (fromLogits) return Nn.logSoftmax(prediction.value());
    return prediction
        .softmaxLogits()
        .map(Nn::logSoftmax)
        .orElseGet(
            () -> prediction.value().clamp(PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN).log());
  }
}
