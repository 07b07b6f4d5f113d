package io.gatun.bench;

import io.gatun.engine.language.Gpt2;
import java.util.List;

/// A [Peer] that reads prompts by GPT-2.
public interface PromptReader {
  /// Reads one of these prompts in a run, in turn, each from the beginning; the result of a set is
  /// `logits`, those of the token that follows.
  ///
  /// @param threads threads that it may use
  Subject reading(Gpt2 model, List<int[]> prompts, int threads);
}
