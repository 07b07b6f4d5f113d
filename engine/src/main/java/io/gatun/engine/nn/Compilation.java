package io.gatun.engine.nn;

import java.util.HashSet;
import java.util.List;

/// How a model is to be trained.
///
/// @param seed of the first weights, of shuffling and of dropout
public record Compilation(Optimizer optimizer, Loss loss, List<Metric> metrics, long seed) {
  public Compilation {
    metrics = List.copyOf(metrics);
    var kinds = new HashSet<String>();
    for (var metric : metrics) {
      if (!kinds.add(metric.kind())) {
        throw new IllegalArgumentException("metric \"" + metric.kind() + "\" is named twice");
      }
    }
  }

  /// Seed 0.
  public static Compilation of(Optimizer optimizer, Loss loss, Metric... metrics) {
    return new Compilation(optimizer, loss, List.of(metrics), 0);
  }

  public Compilation withSeed(long number) {
    return new Compilation(optimizer, loss, metrics, number);
  }
}
