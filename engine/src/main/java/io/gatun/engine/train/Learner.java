package io.gatun.engine.train;

import java.util.OptionalLong;

/// What a [Trainer] drives: something with parameters that a batch improves, and running sums of
/// its loss and metrics.
public interface Learner {
  /// Improves the parameters by one batch and adds to the running sums. Allocates nothing in steady
  /// state.
  void train(Batch batch);

  /// Adds a batch to the running sums, and changes nothing else.
  void evaluate(Batch batch);

  /// Sets the running sums to zero.
  void reset();

  /// Loss and metrics over the samples since [#reset].
  Results results();

  /// Steps trained since the parameters were made.
  long steps();

  /// The first step whose loss was not a finite number, counted from 1 over all epochs.
  OptionalLong firstBadStep();

  /// Epochs completed since the parameters were made; the next one is shuffled by this number.
  int epochs();

  /// Counts a completed epoch.
  void completeEpoch();
}
