package io.gatun.engine.data.text;

import io.gatun.engine.EngineException;

/// What a [TfIdf] counts, and how. The defaults are those of scikit-learn's `TfidfVectorizer`.
///
/// @param terms what is counted
/// @param minimumDocuments texts that a term must be in to be kept
/// @param maximumFeatures the most terms that are kept, those that occur most
/// @param sublinear whether a term that occurs `c` times counts `1 + ln c` instead of `c`
/// @param memoryLimit the most bytes that a transform may fill
public record TfIdfOptions(
    Terms terms, int minimumDocuments, int maximumFeatures, boolean sublinear, long memoryLimit) {
  /// Checks the numbers.
  public TfIdfOptions {
    if (minimumDocuments < 1) {
      throw new EngineException("minimum documents " + minimumDocuments + "; 1 is the least");
    }
    if (maximumFeatures < 1) {
      throw new EngineException("maximum features " + maximumFeatures + "; 1 is the least");
    }
  }

  /// All single words, counted linearly; at most 2 GiB are filled.
  public static TfIdfOptions defaults() {
    return new TfIdfOptions(Terms.words(), 1, Integer.MAX_VALUE, false, 2L << 30);
  }

  /// These options with other terms.
  public TfIdfOptions withTerms(Terms other) {
    return new TfIdfOptions(other, minimumDocuments, maximumFeatures, sublinear, memoryLimit);
  }

  /// These options with only the terms that are in so many texts.
  public TfIdfOptions withMinimumDocuments(int texts) {
    return new TfIdfOptions(terms, texts, maximumFeatures, sublinear, memoryLimit);
  }

  /// These options with only so many terms.
  public TfIdfOptions withMaximumFeatures(int most) {
    return new TfIdfOptions(terms, minimumDocuments, most, sublinear, memoryLimit);
  }

  /// These options with terms counted logarithmically or not.
  public TfIdfOptions withSublinear(boolean logarithmic) {
    return new TfIdfOptions(terms, minimumDocuments, maximumFeatures, logarithmic, memoryLimit);
  }

  /// These options with another limit of a transform, in bytes.
  public TfIdfOptions withMemoryLimit(long bytes) {
    return new TfIdfOptions(terms, minimumDocuments, maximumFeatures, sublinear, bytes);
  }
}
