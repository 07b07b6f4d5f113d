package io.gatun.engine.language;

import io.gatun.graph.dsl.Value;

/// A language model that reads tokens in their order: an architecture and its weights.
public interface Decoder {
  /// How many different tokens there are.
  int vocabulary();

  /// How many tokens a text may have at most.
  int context();

  /// Adds to a graph what the model makes of the tokens of `step`.
  ///
  /// @return logits of the token that follows the last one, `f32[1,vocabulary]`
  Value next(Step step);
}
