package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Schedule;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;

/// `base^((step - 1) / steps)`: the rate is multiplied by `base` every `steps` steps, gradually.
///
/// @param staircase whether it is all at once, so that the exponent is a whole number: the step
///     decay of PyTorch's `StepLR`
public record ExponentialDecay(double base, int steps, boolean staircase) implements Schedule {
  public ExponentialDecay {
    Checks.above("exponential decay: base", base, 0);
    Checks.positive("exponential decay: steps", steps);
  }

  /// Gradual decay.
  public static ExponentialDecay of(double base, int steps) {
    return new ExponentialDecay(base, steps, false);
  }

  /// Decay all at once, every `steps` steps.
  public static ExponentialDecay staircase(double base, int steps) {
    return new ExponentialDecay(base, steps, true);
  }

  @Override
  public String kind() {
    return "exponential";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("base", base).with("steps", steps).with("staircase", staircase);
  }

  /// Reads what [#settings] gave.
  public static ExponentialDecay read(Fields f) throws IOException {
    return new ExponentialDecay(f.number("base"), f.integer("steps"), f.flag("staircase"));
  }

  @Override
  public Value factor(Value step) {
    var done = step.sub(1).div(steps);
    return (staircase ? done.floor() : done).mul(Math.log(base)).exp();
  }
}
