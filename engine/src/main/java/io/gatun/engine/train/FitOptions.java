package io.gatun.engine.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How to train. The defaults are Keras's: one epoch, batches of 32, shuffled.
///
/// @param epochs to train in this run
/// @param batchSize samples in a step; the last step of an epoch takes what is left
/// @param shuffle whether each epoch has an order of its own; else that of the data set
/// @param validation evaluated after each epoch
/// @param callbacks told in this order
public record FitOptions(
    int epochs,
    int batchSize,
    boolean shuffle,
    Optional<Dataset> validation,
    List<Callback> callbacks) {
  public FitOptions {
    if (epochs < 0) throw new IllegalArgumentException("epochs: " + epochs + " is negative");
    if (batchSize < 1) throw new IllegalArgumentException("batch size: " + batchSize + " < 1");
    callbacks = List.copyOf(callbacks);
  }

  public static FitOptions epochs(int epochs) {
    return new FitOptions(epochs, 32, true, Optional.empty(), List.of());
  }

  public FitOptions withBatchSize(int size) {
    return new FitOptions(epochs, size, shuffle, validation, callbacks);
  }

  public FitOptions withShuffle(boolean shuffled) {
    return new FitOptions(epochs, batchSize, shuffled, validation, callbacks);
  }

  public FitOptions withValidation(Dataset data) {
    return new FitOptions(epochs, batchSize, shuffle, Optional.of(data), callbacks);
  }

  /// These options with one more callback.
  public FitOptions withCallback(Callback callback) {
    var all = new ArrayList<>(callbacks);
    all.add(callback);
    return new FitOptions(epochs, batchSize, shuffle, validation, all);
  }
}
