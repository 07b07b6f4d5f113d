package io.gatun.engine.train;

/// Told of the course of training, on the training thread. Every method does nothing unless
/// overridden. One object belongs to one run at a time. What it throws ends the training.
public interface Callback {
  /// Training is about to begin.
  default void started(Control control) {}

  /// An epoch is about to begin, or to go on where it was stopped.
  ///
  /// @param number from 1
  default void epochStarted(int number, Control control) {}

  /// Whether [#stepEnded] is to be called; asked once a run.
  default boolean wantsSteps() {
    return false;
  }

  /// A step is done. Steps can take 20 microseconds: what is done here should take less.
  ///
  /// @param step since the parameters were made, from 1
  default void stepEnded(long step, Control control) {}

  /// Some steps are done: after every hundredth of an epoch, at the latest every quarter of a
  /// second (or step, if that is longer), and after the last step.
  default void progressed(Progress progress, Control control) {}

  /// An epoch is done and validated.
  default void epochEnded(Epoch epoch, Control control) {}

  /// Training has ended, also when it failed: release what is held.
  ///
  /// @param history up to here
  default void ended(History history, Control control) {}

  /// What a callback may ask for.
  interface Control {
    /// What is being trained.
    LearnerState learner();

    /// Ends the training: after the step, where steps are under way, which leaves the epoch
    /// unfinished for another run to go on with; else after the epoch. The first reason counts.
    ///
    /// @param reason for [History#ending]
    void stop(String reason);
  }
}
