package io.gatun.engine.train;

import java.util.List;

/// What a training run went through.
///
/// @param epochs completed, in order
/// @param losses points of the loss curve, in order
/// @param ending how it came to its end
public record History(List<Epoch> epochs, List<Point> losses, Ending ending) {
  /// Mean loss over the steps that end with `step`.
  ///
  /// @param step counted from 1 since the parameters were made
  public record Point(long step, double loss) {}

  public History {
    epochs = List.copyOf(epochs);
    losses = List.copyOf(losses);
  }

  /// The last epoch.
  ///
  /// @throws java.util.NoSuchElementException when none was completed
  public Epoch last() {
    return epochs.getLast();
  }
}
