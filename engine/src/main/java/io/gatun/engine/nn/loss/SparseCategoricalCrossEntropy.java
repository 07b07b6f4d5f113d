package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.TensorType;
import java.util.OptionalInt;

/// `-log(p[label])` for predictions `[n, ..., classes]` and integer labels `[n, ...]` (or `[n, ...,
/// 1]`).
///
/// @param fromLogits whether predictions are logits; else they are probabilities, and those of a
///     final softmax are taken back to its logits
public record SparseCategoricalCrossEntropy(boolean fromLogits) implements Loss {
  /// The loss of probabilities.
  public static SparseCategoricalCrossEntropy of() {
    return new SparseCategoricalCrossEntropy(false);
  }

  @Override
  public String kind() {
    return "sparse_categorical_cross_entropy";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("from_logits", fromLogits);
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    var label = prediction.labels(kind(), target);
    if (fromLogits) return Nn.crossEntropy(prediction.value(), label);
    return prediction
        .softmaxLogits()
        .map(logits -> Nn.crossEntropy(logits, label))
        .orElseGet(() -> ofProbabilities(prediction.value(), label));
  }

  private static Value ofProbabilities(Value p, Value label) {
    var picked = label.oneHot(p.dim(-1)).select(p, p.scalar(0)).sum(-1);
    return picked.clamp(PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN).log().neg();
  }

  @Override
  public OptionalInt classes(TensorType prediction) {
    return OptionalInt.of(prediction.shape().dim(prediction.shape().rank() - 1));
  }
}
