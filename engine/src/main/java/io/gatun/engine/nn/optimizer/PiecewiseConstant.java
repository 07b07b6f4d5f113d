package io.gatun.engine.nn.optimizer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Schedule;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;
import java.util.List;

/// One factor after the other: `factors[i]` until `boundaries[i]` steps are done, then the next,
/// and the last for good.
///
/// @param boundaries ascending, one less than factors
public record PiecewiseConstant(List<Integer> boundaries, List<Double> factors)
    implements Schedule {
  public PiecewiseConstant {
    boundaries = List.copyOf(boundaries);
    factors = List.copyOf(factors);
    if (factors.size() != boundaries.size() + 1) {
      throw new IllegalArgumentException(
          "piecewise constant: %d boundaries want %d factors, not %d"
              .formatted(boundaries.size(), boundaries.size() + 1, factors.size()));
    }
    for (int i = 0; i < boundaries.size(); i++) {
      if (boundaries.get(i) <= (i == 0 ? 0 : boundaries.get(i - 1))) {
        throw new IllegalArgumentException(
            "piecewise constant: boundaries are not positive and ascending: " + boundaries);
      }
    }
    for (double factor : factors) {
      Checks.range("piecewise constant: factor", factor, 0, Double.POSITIVE_INFINITY);
    }
  }

  @Override
  public String kind() {
    return "piecewise";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("boundaries", boundaries).with("factors", factors);
  }

  /// Reads what [#settings] gave.
  public static PiecewiseConstant read(Fields f) throws IOException {
    return new PiecewiseConstant(f.integers("boundaries"), f.numbers("factors"));
  }

  @Override
  public Value factor(Value step) {
    var factor = step.scalar(factors.getLast());
    for (int i = boundaries.size() - 1; i >= 0; i--) {
      factor = step.le(boundaries.get(i)).select(step.scalar(factors.get(i)), factor);
    }
    return factor;
  }
}
