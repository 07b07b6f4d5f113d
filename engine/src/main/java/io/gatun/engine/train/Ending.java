package io.gatun.engine.train;

/// How a training run came to its end.
///
/// @param reason in words; what stopped it where something did
public record Ending(Kind kind, String reason) {
  /// The kinds of end.
  public enum Kind {
    /// All epochs that were asked for are done.
    COMPLETED,
    /// A callback asked for the end.
    STOPPED,
    /// The loss was no longer finite, and the best state was kept.
    DIVERGED,
    /// An exception ended it.
    FAILED
  }

  static final Ending COMPLETED = new Ending(Kind.COMPLETED, "all epochs are done");
  static final Ending FAILED = new Ending(Kind.FAILED, "an exception ended the training");
}
