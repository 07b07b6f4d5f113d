package io.gatun.engine.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A completed epoch.
///
/// @param number from 1, counted over all runs
/// @param step number of its last step, counted from 1 since the parameters were made
/// @param results over its training samples, each taken before the step that it led to
/// @param validation over the validation samples, after the epoch
/// @param seconds of training, validation not counted; of this run only, if an earlier one began
///     the epoch
/// @param waiting fraction of these seconds in which no batch was ready; above a few percent the
///     preparation of the data is the bottleneck
/// @param learningRate of its last update
public record Epoch(
    int number,
    long step,
    Results results,
    Optional<Results> validation,
    double seconds,
    double samplesPerSecond,
    double waiting,
    double learningRate) {
  /// Loss and metrics by name, then those of the validation as `validation_loss`,
  /// `validation_accuracy` ...
  public Map<String, Double> figures() {
    var figures = new LinkedHashMap<String, Double>();
    add(figures, "", results);
    validation.ifPresent(v -> add(figures, "validation_", v));
    return Collections.unmodifiableMap(figures);
  }

  private static void add(Map<String, Double> figures, String prefix, Results results) {
    figures.put(prefix + "loss", results.loss());
    results.metrics().forEach((name, value) -> figures.put(prefix + name, value));
  }
}
