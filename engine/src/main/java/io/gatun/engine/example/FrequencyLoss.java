package io.gatun.engine.example;

import io.gatun.engine.train.Dataset;
import java.lang.foreign.ValueLayout;

/// What the loss of skip-gram would be without regard to the center: the least mean binary
/// cross-entropy of a probability for each candidate word alone. What a model has below it, it
/// knows of words that go together.
final class FrequencyLoss {
  private FrequencyLoss() {}

  /// @param pairs with the columns `candidates` and `true` of [io.gatun.engine.data.text.SkipGram]
  /// @param words in the vocabulary
  static double of(Dataset pairs, int words) {
    int[] candidates = pairs.inputs().getLast().data().toArray(ValueLayout.JAVA_INT);
    byte[] truths = pairs.targets().getFirst().data().toArray(ValueLayout.JAVA_BYTE);
    double[] all = new double[words];
    double[] right = new double[words];
    for (int i = 0; i < candidates.length; i++) {
      all[candidates[i]]++;
      right[candidates[i]] += truths[i];
    }
    double sum = 0;
    for (int word = 0; word < words; word++) {
      sum -= logarithms(right[word], all[word]) + logarithms(all[word] - right[word], all[word]);
    }
    return sum / candidates.length;
  }

  private static double logarithms(double part, double all) {
    return part == 0 ? 0 : part * Math.log(part / all);
  }
}
