package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Schedule;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;

/// From 1 at the first step to `floor` after `steps` steps along half a wave (Loshchilov and Hutter
/// 2017, equation 5, without restarts): `floor + (1 - floor) * (1 + cos(pi (step - 1) / steps)) /
/// 2`, and `floor` from there. GPT's is that with a floor of 0.1 after a [Warmup].
public record CosineDecay(int steps, double floor) implements Schedule {
  public CosineDecay {
    Checks.positive("cosine decay: steps", steps);
    Checks.range("cosine decay: floor", floor, 0, Double.POSITIVE_INFINITY);
  }

  @Override
  public String kind() {
    return "cosine";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("steps", steps).with("floor", floor);
  }

  /// Reads what [#settings] gave.
  public static CosineDecay read(Fields f) throws IOException {
    return new CosineDecay(f.integer("steps"), f.number("floor"));
  }

  @Override
  public Value factor(Value step) {
    return Curves.wave(Curves.left(step, steps)).mul(1 - floor).add(floor);
  }
}
