package io.gatun.engine.data;

import io.gatun.engine.train.Dataset;
import java.lang.foreign.Arena;

/// One round of a cross-validation: the rows to train on and the rows to test with.
public record Fold(int[] train, int[] test) {
  /// The samples to train on, gathered into `arena` where they do not follow each other.
  public Dataset train(Dataset data, Arena arena) {
    return data.rows(train, arena);
  }

  /// The samples to test with, gathered into `arena` where they do not follow each other.
  public Dataset test(Dataset data, Arena arena) {
    return data.rows(test, arena);
  }
}
