package io.gatun.engine.train;

/// Told of the course of training, on the training thread. Every method does nothing unless
/// overridden.
public interface Callback {
  /// An epoch is about to begin.
  ///
  /// @param number from 1
  default void epochStarted(int number) {}

  /// Some steps are done: after every hundredth of an epoch, at the latest every quarter of a
  /// second (or step, if that is longer), and after the last step.
  default void progressed(Progress progress) {}

  /// An epoch is done and validated; `control` can end the training here.
  default void epochEnded(Epoch epoch, Control control) {}

  /// What a callback may ask for.
  interface Control {
    /// Ends the training after this epoch.
    void stop();
  }
}
