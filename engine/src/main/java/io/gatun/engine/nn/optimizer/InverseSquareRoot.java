package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Schedule;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;

/// The Transformer's schedule (Vaswani et al. 2017, equation 3) with 1 at its peak: `min(step /
/// warmup, sqrt(warmup / step))`. The paper's rate at the peak is `1 / sqrt(width * warmup)`.
public record InverseSquareRoot(int warmup) implements Schedule {
  public InverseSquareRoot {
    Checks.positive("inverse square root: warmup", warmup);
  }

  @Override
  public String kind() {
    return "inverse_square_root";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("warmup", warmup);
  }

  /// Reads what [#settings] gave.
  public static InverseSquareRoot read(Fields f) throws IOException {
    return new InverseSquareRoot(f.integer("warmup"));
  }

  @Override
  public Value factor(Value step) {
    var part = step.div(warmup);
    return part.minimum(part.rsqrt());
  }
}
