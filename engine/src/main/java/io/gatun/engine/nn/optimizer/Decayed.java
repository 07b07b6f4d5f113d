package io.gatun.engine.nn.optimizer;

import io.gatun.graph.dsl.Value;

/// Which parameters weight decay makes smaller.
public enum Decayed {
  /// All, as in PyTorch.
  ALL,
  /// Those of at least two axes: kernels and embeddings, but no biases and no factors of a
  /// normalization, as GPT-2 and its descendants are trained.
  MATRICES;

  boolean includes(Value parameter) {
    return switch (this) {
      case ALL -> true;
      case MATRICES -> parameter.rank() >= 2;
    };
  }
}
