package io.gatun.engine.train;

/// Training that cannot go on: the loss is no longer a finite number.
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long step;

  /// @param step the first bad step, counted from 1 since the parameters were made
  public TrainingException(long step, String message) {
    super(message);
    this.step = step;
  }

  /// The first step whose loss was not finite.
  public long step() {
    return step;
  }
}
