package io.gatun.engine.data.text;

import io.gatun.engine.EngineException;

/// How [SkipGram] draws pairs of words. The defaults are those of word2vec.
///
/// @param window the most words between which a pair is taken, to each side
/// @param negatives random words beside each true one
/// @param subsampling frequency above which words are thinned out; 0 keeps all
/// @param seed of all that is random
/// @param memoryLimit the most bytes of a part of an epoch
public record SkipGramOptions(
    int window, int negatives, double subsampling, long seed, long memoryLimit) {
  /// Checks the numbers.
  public SkipGramOptions {
    if (window < 1) throw new EngineException("skip-gram: window " + window + "; 1 is the least");
    if (negatives < 1) {
      throw new EngineException("skip-gram: " + negatives + " negatives; 1 is the least");
    }
    if (!(subsampling >= 0)) {
      throw new EngineException("skip-gram: subsampling " + subsampling + "; 0 is the least");
    }
  }

  /// Window 5, 5 negatives, subsampling above a frequency of 0.001, parts of at most 256 MiB.
  public static SkipGramOptions defaults() {
    return new SkipGramOptions(5, 5, 1e-3, 0, 256L << 20);
  }

  /// These options with pairs of up to `words` apart.
  public SkipGramOptions withWindow(int words) {
    return new SkipGramOptions(words, negatives, subsampling, seed, memoryLimit);
  }

  /// These options with so many random words to a true one.
  public SkipGramOptions withNegatives(int count) {
    return new SkipGramOptions(window, count, subsampling, seed, memoryLimit);
  }

  /// These options with words thinned out above another frequency.
  public SkipGramOptions withSubsampling(double frequency) {
    return new SkipGramOptions(window, negatives, frequency, seed, memoryLimit);
  }

  /// These options with another seed.
  public SkipGramOptions withSeed(long other) {
    return new SkipGramOptions(window, negatives, subsampling, other, memoryLimit);
  }

  /// These options with smaller or larger parts.
  public SkipGramOptions withMemoryLimit(long bytes) {
    return new SkipGramOptions(window, negatives, subsampling, seed, bytes);
  }
}
