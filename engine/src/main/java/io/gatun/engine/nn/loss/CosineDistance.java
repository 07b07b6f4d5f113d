package io.gatun.engine.nn.loss;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Loss;
import io.gatun.engine.nn.Prediction;
import io.gatun.graph.dsl.Value;

/// `1 - cos(prediction, target)` of vectors along the last axis, as PyTorch's
/// `CosineEmbeddingLoss`; Keras's is less by 1. A vector shorter than 1e-8, which has no direction,
/// counts as 1e-8 long and has a gradient all the same.
public record CosineDistance() implements Loss {
  private static final double SHORTEST = 1e-8;

  @Override
  public String kind() {
    return "cosine_distance";
  }

  @Override
  public Value of(Prediction prediction, Value target) {
    return similarity(kind(), prediction, target).neg().add(1);
  }

  /// The cosine of the angle between vectors along the last axis.
  ///
  /// @param kind for messages
  public static Value similarity(String kind, Prediction prediction, Value target) {
    Checks.fits(
        prediction.value().rank() >= 2,
        "%s: wants vectors [samples, ..., size], got %s",
        kind,
        prediction.type());
    return unit(prediction.value()).mul(unit(prediction.numbers(kind, target))).sum(-1);
  }

  /// The bound is within the root, whose derivative at 0 would be infinite.
  private static Value unit(Value x) {
    return x.mul(x.square().sumKeep(-1).maximum(SHORTEST * SHORTEST).rsqrt());
  }
}
