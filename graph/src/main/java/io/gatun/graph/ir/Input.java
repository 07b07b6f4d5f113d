package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// A named parameter of the graph.
public record Input(String name, TensorType type) implements Op {
  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 0);
    return type;
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    throw new IllegalStateException("input \"" + name + "\" has no value of its own");
  }

  @Override
  public Pattern pattern() {
    return Pattern.SOURCE;
  }

  @Override
  public String text() {
    return "input " + Quoted.of(name);
  }
}
