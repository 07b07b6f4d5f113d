package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.graph.dsl.Value;
import java.util.List;
import java.util.function.BinaryOperator;

/// What layers demand of their operands.
final class Operands {
  private Operands() {}

  /// Refuses operands that are no floats, or of a lower rank.
  ///
  /// @param axes for the message: `[samples, ..., features]`
  static void floats(String kind, Value x, int leastRank, String axes) {
    Checks.fits(
        x.rank() >= leastRank && x.dtype().isFloat(),
        "%s: wants floats %s, got %s",
        kind,
        axes,
        x.type());
  }

  /// Refuses operands that are no float images.
  static void images(String kind, Value x) {
    exactly(kind, x, 4, "[samples, height, width, channels]");
  }

  /// Refuses operands that are no float sequences.
  static void sequences(String kind, Value x) {
    exactly(kind, x, 3, "[samples, time, features]");
  }

  /// Refuses a last axis that cannot be cut into so many equal parts.
  static void divides(String kind, int count, String parts, Value x) {
    Checks.fits(
        x.dim(-1) % count == 0,
        "%s: %d %s do not divide the last axis of %s evenly",
        kind,
        count,
        parts,
        x.type());
  }

  /// Refuses fewer than two operands.
  static void several(String kind, List<Value> operands) {
    Checks.fits(
        operands.size() >= 2, "%s: wants two or more operands, not %d", kind, operands.size());
  }

  /// Combines two or more operands from the left.
  static Value fold(String kind, List<Value> operands, BinaryOperator<Value> combine) {
    several(kind, operands);
    return operands.stream().reduce(combine).orElseThrow();
  }

  private static void exactly(String kind, Value x, int rank, String axes) {
    floats(kind, x, rank, axes);
    Checks.fits(x.rank() == rank, "%s: wants floats %s, got %s", kind, axes, x.type());
  }
}
