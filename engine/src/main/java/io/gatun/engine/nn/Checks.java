package io.gatun.engine.nn;

import io.gatun.graph.ir.GraphException;

/// Preconditions of layers, losses and optimizers, of your own too.
public final class Checks {
  private Checks() {}

  /// Refuses an operand type.
  public static void fits(boolean condition, String format, Object... arguments) {
    if (!condition) throw new GraphException(format.formatted(arguments));
  }

  public static void positive(String what, int value) {
    if (value < 1) throw new IllegalArgumentException(what + ": " + value + " is not positive");
  }

  /// Refuses a setting that is not above `low` or not finite.
  public static void above(String what, double value, double low) {
    if (!(value > low && Double.isFinite(value))) {
      throw new IllegalArgumentException("%s: %s is not above %s".formatted(what, value, low));
    }
  }

  /// Refuses a setting outside of `[low, high)`, and NaN.
  public static void range(String what, double value, double low, double high) {
    if (!(value >= low && value < high)) {
      throw new IllegalArgumentException(
          "%s: %s is not in [%s, %s)".formatted(what, value, low, high));
    }
  }
}
