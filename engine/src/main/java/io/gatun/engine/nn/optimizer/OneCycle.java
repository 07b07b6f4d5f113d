package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Schedule;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;

/// One rise and one fall over a training of `steps` steps (Smith and Topin 2018), as PyTorch's
/// `OneCycleLR` with cosines: from `start` to 1 at step `rise * steps`, then to `end` at the last
/// step, and `end` from there. The model's rate is the greatest one. Momentum stays as it is.
///
/// @param rise part of the steps with a rising rate, in (0, 1)
public record OneCycle(int steps, double rise, double start, double end) implements Schedule {
  public OneCycle {
    Checks.above("one cycle: rise", rise, 0);
    Checks.range("one cycle: rise", rise, 0, 1);
    Checks.range("one cycle: start", start, 0, Double.POSITIVE_INFINITY);
    Checks.range("one cycle: end", end, 0, Double.POSITIVE_INFINITY);
    if (!(rise * steps > 1 && (1 - rise) * steps > 0)) {
      throw new IllegalArgumentException(
          "one cycle: %d steps have no rise of a part %s of them".formatted(steps, rise));
    }
  }

  /// PyTorch's settings: a rise of 0.3 from 1 / 25, and an end at 1 / 250,000.
  public static OneCycle of(int steps) {
    return new OneCycle(steps, 0.3, 1 / 25.0, 1 / 25e4);
  }

  @Override
  public String kind() {
    return "one_cycle";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("steps", steps)
        .with("rise", rise)
        .with("start", start)
        .with("end", end);
  }

  /// Reads what [#settings] gave.
  public static OneCycle read(Fields f) throws IOException {
    return new OneCycle(f.integer("steps"), f.number("rise"), f.number("start"), f.number("end"));
  }

  @Override
  public Value factor(Value step) {
    double peak = rise * steps;
    var up = Curves.wave(step.sub(1).div(peak - 1).minimum(1));
    var down = Curves.wave(step.neg().add(steps).maximum(0).div(steps - peak));
    return step.le(peak).select(between(start, up), between(end, down));
  }

  private static Value between(double low, Value part) {
    return part.mul(1 - low).add(low);
  }
}
