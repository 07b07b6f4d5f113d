package io.gatun.engine.nn.optimizer;

import io.gatun.graph.dsl.Value;

/// Curves that schedules share.
final class Curves {
  private Curves() {}

  /// The part of `steps` that is left at the start of a step: 1 at the first one, 0 when they are
  /// done. The difference of whole numbers is exact in single precision up to 2^24 steps.
  static Value left(Value step, int steps) {
    return step.neg().add(steps + 1).maximum(0).div(steps);
  }

  /// Half a wave from 0 at 0 to 1 at 1: `(1 - cos(pi x)) / 2`, as `sin(pi x / 2)^2`, which keeps
  /// its precision where it is small.
  static Value wave(Value x) {
    return x.mul(Math.PI / 2).sin().square();
  }
}
