package io.gatun.engine.train;

/// What a [Trainer] drives: something with parameters that a batch improves, and running sums of
/// its loss and metrics.
public interface Learner extends LearnerState {
  /// Where batches for it are best gathered.
  default BatchMemory batchMemory() {
    return BatchMemory.HOST;
  }

  /// Improves the parameters by one batch, adds to the running sums and counts the batch. Allocates
  /// nothing in steady state.
  void train(Batch batch);

  /// Adds a batch to the running sums, and changes nothing else.
  void evaluate(Batch batch);

  /// Sets the running sums to zero.
  void reset();

  /// Samples in the running sums.
  long samples();

  /// Begins an epoch: sets the running sums to zero.
  ///
  /// @param size samples in the epoch
  void startEpoch(long size);

  /// Samples in the epoch that has begun, as [#startEpoch] was told.
  long epochSize();

  /// Forgets that the epoch has begun; what its steps have learnt stays.
  void abandonEpoch();

  /// Counts a completed epoch.
  void completeEpoch();
}
