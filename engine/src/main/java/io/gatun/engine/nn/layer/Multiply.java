package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Block;
import io.gatun.engine.nn.Scope;
import io.gatun.graph.dsl.Value;
import java.util.List;

/// The product of two or more operands, which broadcast to a common shape.
public record Multiply() implements Block {
  @Override
  public String kind() {
    return "multiply";
  }

  @Override
  public Value apply(Scope scope, List<Value> operands) {
    return Operands.fold(kind(), operands, (a, b) -> a.mul(b));
  }
}
