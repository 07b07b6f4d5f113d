package io.gatun.engine.data;

/// Checks of parameters.
final class Range {
  private Range() {}

  /// @throws IllegalArgumentException naming `what`, where `value` is not between 0 and `most`
  static void check(String what, double value, double most) {
    if (value >= 0 && value <= most) return;
    throw new IllegalArgumentException(what + " " + value + "; 0 to " + most + " is allowed");
  }
}
