package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Block;
import io.gatun.engine.nn.Scope;
import io.gatun.graph.dsl.Value;
import java.util.List;

/// The mean of two or more operands, which broadcast to a common shape.
public record Average() implements Block {
  @Override
  public String kind() {
    return "average";
  }

  @Override
  public Value apply(Scope scope, List<Value> operands) {
    return Operands.fold(kind(), operands, (a, b) -> a.add(b)).div(operands.size());
  }
}
