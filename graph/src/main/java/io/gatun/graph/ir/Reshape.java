package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// The same elements in row-major order under another shape of the same size.
public record Reshape(Shape shape) implements Op {

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 1);
    var x = operands.getFirst();
    GraphException.check(x.size() == shape.size(), "reshape: %s has no shape %s", x, shape);
    return x.with(shape);
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    return Indexed.gather(operands.getFirst(), shape, i -> i);
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return "reshape " + shape;
  }
}
