package io.gatun.engine.nn;

import io.gatun.graph.ir.GraphException;

/// Preconditions of layers, losses and optimizers.
final class Checks {
  private Checks() {}

  /// Refuses an operand type.
  static void fits(boolean condition, String format, Object... arguments) {
    if (!condition) throw new GraphException(format.formatted(arguments));
  }

  static void positive(String what, int value) {
    if (value < 1) throw new IllegalArgumentException(what + ": " + value + " is not positive");
  }

  /// Refuses a setting outside of `[low, high)`, and NaN.
  static void range(String what, double value, double low, double high) {
    if (!(value >= low && value < high)) {
      throw new IllegalArgumentException(
          "%s: %s is not in [%s, %s)".formatted(what, value, low, high));
    }
  }
}
