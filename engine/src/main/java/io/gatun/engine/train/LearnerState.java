package io.gatun.engine.train;

import io.gatun.engine.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;

/// What a [Callback] may see and change of a [Learner].
public interface LearnerState {
  /// Steps trained since the parameters were made.
  long steps();

  /// Epochs completed since the parameters were made; the next one is shuffled by this number.
  int epochs();

  /// Batches done of the epoch that has begun; 0 between epochs.
  int epochStep();

  /// Loss and metrics over the samples since the epoch, or an evaluation, began.
  Results results();

  /// The first step whose loss was not a finite number, counted from 1 over all epochs.
  OptionalLong firstBadStep();

  /// The learning rate of the next step, before any schedule.
  double learningRate();

  /// The rate of the last update, as the schedule made it; before the first update that of the
  /// first. Costs some microseconds.
  double scheduledRate();

  /// Sets the rate of the next steps; nothing is compiled again.
  void setLearningRate(double rate);

  /// What the optimizer improves, by name: tensors that the learner owns and that must only be
  /// read.
  Map<String, Tensor> parameters();

  /// Writes everything that training needs to go on exactly, also in the middle of an epoch: whole
  /// or, when that fails, not at all.
  void save(Path file) throws IOException;

  /// A copy of a part of the state, which the caller closes.
  Snapshot snapshot(Part part);

  /// Parts of the state of a learner.
  enum Part {
    /// Parameters, and what layers keep: the statistics of a batch normalization.
    WEIGHTS,
    /// Running sums of loss and metrics.
    SUMS,
    /// Everything, with the state of the optimizer and the position in the course of training.
    ALL
  }
}
