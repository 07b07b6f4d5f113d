package io.gatun.engine.train;

/// A figure of epochs that is watched, and what makes one of them better than another.
///
/// @param figure its name among [Epoch#figures]: `validation_loss`, `accuracy` ...
/// @param leastChange what an improvement must exceed
public record Monitor(String figure, Direction direction, double leastChange) {
  /// Which way is better.
  public enum Direction {
    LESS,
    MORE
  }

  public Monitor {
    if (!(leastChange >= 0)) {
      throw new IllegalArgumentException("least change of " + figure + ": " + leastChange);
    }
  }

  /// The less the better: losses, errors.
  public static Monitor less(String figure) {
    return new Monitor(figure, Direction.LESS, 0);
  }

  /// The more the better: accuracies.
  public static Monitor more(String figure) {
    return new Monitor(figure, Direction.MORE, 0);
  }

  /// The loss over the validation samples.
  public static Monitor validationLoss() {
    return less("validation_loss");
  }

  public Monitor withLeastChange(double change) {
    return new Monitor(figure, direction, change);
  }

  /// The figure of an epoch.
  ///
  /// @throws IllegalArgumentException when it has none of this name, listing those it has
  public double value(Epoch epoch) {
    var value = epoch.figures().get(figure);
    if (value != null) return value;
    var hint = figure.startsWith("validation_") ? "; give FitOptions validation samples" : "";
    throw new IllegalArgumentException(
        "epochs have no figure \"%s\": there are %s%s"
            .formatted(figure, epoch.figures().keySet(), epoch.validation().isEmpty() ? hint : ""));
  }

  /// Whether `value` is better than `best` by more than the least change.
  ///
  /// @param value not a number is no improvement
  /// @param best the best value so far; not a number where there is none
  public boolean improves(double value, double best) {
    if (Double.isNaN(value)) return false;
    if (Double.isNaN(best)) return true;
    return switch (direction) {
      case LESS -> best - value > leastChange;
      case MORE -> value - best > leastChange;
    };
  }
}
