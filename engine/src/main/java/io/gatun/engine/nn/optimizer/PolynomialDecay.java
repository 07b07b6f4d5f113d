package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Schedule;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;

/// From 1 at the first step to `floor` after `steps` steps: `floor + (1 - floor) * (1 - (step - 1)
/// / steps)^power`, and `floor` from there.
public record PolynomialDecay(int steps, double power, double floor) implements Schedule {
  public PolynomialDecay {
    Checks.positive("polynomial decay: steps", steps);
    Checks.above("polynomial decay: power", power, 0);
    Checks.range("polynomial decay: floor", floor, 0, Double.POSITIVE_INFINITY);
  }

  /// Along a straight line.
  public static PolynomialDecay linear(int steps, double floor) {
    return new PolynomialDecay(steps, 1, floor);
  }

  @Override
  public String kind() {
    return "polynomial";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("steps", steps).with("power", power).with("floor", floor);
  }

  /// Reads what [#settings] gave.
  public static PolynomialDecay read(Fields f) throws IOException {
    return new PolynomialDecay(f.integer("steps"), f.number("power"), f.number("floor"));
  }

  @Override
  public Value factor(Value step) {
    var left = Curves.left(step, steps);
    return (power == 1 ? left : left.pow(power)).mul(1 - floor).add(floor);
  }
}
