package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Integers (wrapped) or floats that count along one axis: `y[..., i, ...] = i`.
public record Iota(TensorType type, int axis) implements Op {
  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 0);
    GraphException.check(
        axis >= 0 && axis < type.shape().rank(), "iota: no axis %d in %s", axis, type);
    GraphException.check(type.dtype() != DType.BOOL, "iota: not defined on %s", type);
    return type;
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    return NdArray.ofLongs(type, i -> type.shape().index(i)[axis]);
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return "iota " + type + " axis=" + axis;
  }
}
