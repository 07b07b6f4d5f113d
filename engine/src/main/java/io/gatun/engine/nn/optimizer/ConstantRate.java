package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Schedule;
import io.gatun.graph.dsl.Value;

/// The same learning rate at every step.
public record ConstantRate() implements Schedule {
  @Override
  public String kind() {
    return "constant";
  }

  @Override
  public Value factor(Value step) {
    return step.scalar(1);
  }
}
