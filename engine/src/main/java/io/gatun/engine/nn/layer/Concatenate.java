package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Block;
import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.util.List;

/// Two or more operands side by side along an axis; they agree in the others.
///
/// @param axis of the operands with that of the samples, which it cannot be; negative ones count
///     from the end
public record Concatenate(int axis) implements Block {
  public Concatenate {
    if (axis == 0) throw new IllegalArgumentException("concatenate: axis 0 counts samples");
  }

  /// Along the last axis.
  public static Concatenate of() {
    return new Concatenate(-1);
  }

  @Override
  public String kind() {
    return "concatenate";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("axis", axis);
  }

  @Override
  public Value apply(Scope scope, List<Value> operands) {
    Operands.several(kind(), operands);
    Checks.fits(
        axis + operands.getFirst().rank() != 0, "concatenate: axis %d counts samples", axis);
    return Value.concat(axis, operands);
  }
}
