package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Block;
import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Scope;
import io.gatun.graph.dsl.Value;
import java.util.List;

/// The first operand less the second, which broadcast to a common shape.
public record Subtract() implements Block {
  @Override
  public String kind() {
    return "subtract";
  }

  @Override
  public Value apply(Scope scope, List<Value> operands) {
    Checks.fits(operands.size() == 2, "subtract: has two operands, not %d", operands.size());
    return operands.get(0).sub(operands.get(1));
  }
}
