package io.gatun.engine.train;

/// What to do when the loss is NaN or infinite.
public enum Divergence {
  /// End with a [TrainingException] that names the step.
  FAIL,
  /// End without an exception, and give the learner back its state after the best epoch, by
  /// validation loss where there is validation, else by training loss; or where no epoch was
  /// completed, its state before training. Costs a copy of that state.
  KEEP_BEST
}
