package io.gatun.engine.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How to train. The defaults are Keras's: one epoch, batches of 32, shuffled.
///
/// @param epochs to train in this run; an epoch that was stopped in the middle is its first
/// @param inAll whether `epochs` counts all epochs since the parameters were made: the same options
///     then take a run that was stopped to the end that it would have reached
/// @param batchSize samples in a step; the last step of an epoch takes what is left
/// @param shuffle whether each epoch has an order of its own; else that of the data set
/// @param validation evaluated after each epoch
/// @param divergence what to do when the loss is no longer finite
/// @param callbacks told in this order
public record FitOptions(
    int epochs,
    boolean inAll,
    int batchSize,
    boolean shuffle,
    Optional<Dataset> validation,
    Divergence divergence,
    List<Callback> callbacks) {
  public FitOptions {
    if (epochs < 0) throw new IllegalArgumentException("epochs: " + epochs + " is negative");
    if (batchSize < 1) throw new IllegalArgumentException("batch size: " + batchSize + " < 1");
    callbacks = List.copyOf(callbacks);
  }

  /// So many epochs more.
  public static FitOptions epochs(int epochs) {
    return new FitOptions(epochs, false, 32, true, Optional.empty(), Divergence.FAIL, List.of());
  }

  /// Until so many epochs are done since the parameters were made.
  public static FitOptions untilEpoch(int epochs) {
    return new FitOptions(epochs, true, 32, true, Optional.empty(), Divergence.FAIL, List.of());
  }

  public FitOptions withBatchSize(int size) {
    return new FitOptions(epochs, inAll, size, shuffle, validation, divergence, callbacks);
  }

  public FitOptions withShuffle(boolean shuffled) {
    return new FitOptions(epochs, inAll, batchSize, shuffled, validation, divergence, callbacks);
  }

  public FitOptions withValidation(Dataset data) {
    return new FitOptions(
        epochs, inAll, batchSize, shuffle, Optional.of(data), divergence, callbacks);
  }

  public FitOptions withDivergence(Divergence what) {
    return new FitOptions(epochs, inAll, batchSize, shuffle, validation, what, callbacks);
  }

  /// These options with one more callback.
  public FitOptions withCallback(Callback callback) {
    var all = new ArrayList<>(callbacks);
    all.add(callback);
    return new FitOptions(epochs, inAll, batchSize, shuffle, validation, divergence, all);
  }
}
