package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Block;
import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.MatMul;
import java.util.List;

/// Sums of products along the last axis of two operands, for each sample:
///
/// | first | second | result |
/// |---|---|---|
/// | `[n, size]` | `[n, size]` | `[n, 1]` |
/// | `[n, size]` | `[n, time, size]` | `[n, time]` |
/// | `[n, time, size]` | `[n, size]` | `[n, time]` |
/// | `[n, s, size]` | `[n, t, size]` | `[n, s, t]` |
///
/// @param normalize whether to divide the operands by their lengths first: the sums are cosines. As
///     in Keras a squared length counts as 1e-12 at least
public record Dot(boolean normalize) implements Block {
  private static final double LEAST_SQUARE = 1e-12;

  @Override
  public String kind() {
    return "dot";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("normalize", normalize);
  }

  @Override
  public Value apply(Scope scope, List<Value> operands) {
    Checks.fits(operands.size() == 2, "dot: has two operands, not %d", operands.size());
    var a = checked(operands.get(0));
    var b = checked(operands.get(1));
    Checks.fits(
        a.dim(-1) == b.dim(-1), "dot: the last axes of %s and %s differ", a.type(), b.type());
    if (a.rank() == 3 && b.rank() == 3) return a.apply(new MatMul(false, true), b);
    if (a.rank() == 2 && b.rank() == 2) return a.mul(b).sumKeep(1);
    return a.rank() == 2 ? rows(a, b) : rows(b, a);
  }

  private Value checked(Value x) {
    Checks.fits(
        x.dtype().isFloat() && (x.rank() == 2 || x.rank() == 3),
        "dot: wants floats [samples, size] or [samples, time, size], got %s",
        x.type());
    if (!normalize) return x;
    return x.mul(x.square().sumKeep(-1).maximum(LEAST_SQUARE).rsqrt());
  }

  private static Value rows(Value one, Value many) {
    return one.expandDims(1).mul(many).sum(2);
  }
}
