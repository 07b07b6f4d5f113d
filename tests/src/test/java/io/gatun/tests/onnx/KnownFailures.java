package io.gatun.tests.onnx;

import java.util.Map;
import java.util.TreeMap;

/// The cases of the suite that do not pass, with the reason for each.
final class KnownFailures {
  private static final String RANDOM =
      "the expected numbers are those of NumPy's random generator; the specification leaves them"
          + " open";

  /// Reason by name of the case.
  static final Map<String, String> REASONS = reasons();

  private KnownFailures() {}

  private static Map<String, String> reasons() {
    var reasons = new TreeMap<String, String>();
    reasons.put("test_bernoulli", RANDOM);
    reasons.put("test_bernoulli_double", RANDOM);
    reasons.put("test_bernoulli_double_expanded", RANDOM);
    reasons.put("test_bernoulli_expanded", RANDOM);
    reasons.put("test_bernoulli_seed", RANDOM);
    reasons.put("test_bernoulli_seed_expanded", RANDOM);
    reasons.put("test_training_dropout", RANDOM);
    reasons.put("test_training_dropout_default", RANDOM);
    reasons.put("test_training_dropout_default_mask", RANDOM);
    reasons.put("test_training_dropout_mask", RANDOM);
    reasons.put(
        "test_adam_multiple",
        "the model has no epsilon, the expected numbers were made with one of 0.01");
    return reasons;
  }
}
