package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Schedule;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;

/// A linear rise over the first steps, `step / (steps + 1)`, and then another schedule, whose first
/// step is the one after the rise.
public record Warmup(int steps, Schedule then) implements Schedule {
  public Warmup {
    Checks.positive("warmup: steps", steps);
  }

  @Override
  public String kind() {
    return "warmup";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("steps", steps).with("then", then);
  }

  /// Reads what [#settings] gave.
  public static Warmup read(Fields f) throws IOException {
    return new Warmup(f.integer("steps"), f.schedule("then"));
  }

  @Override
  public Value factor(Value step) {
    var after = then.factor(step.sub(steps).maximum(1));
    return step.le(steps).select(step.div(steps + 1.0), after);
  }
}
