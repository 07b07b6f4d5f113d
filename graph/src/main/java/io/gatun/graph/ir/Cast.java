package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Converts each element: to floats rounded to nearest (ties to even, once, whatever the source),
/// from floats to integers truncated and clamped to the range with NaN giving 0
/// ([DType#saturate]), from integers to integers wrapped, to `bool` as "not zero" (NaN is true).
public record Cast(DType to) implements Op {

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 1);
    return operands.getFirst().with(to);
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    var type = x.type().with(to);
    if (!x.type().dtype().isFloat()) {
      return to.isFloat()
          ? NdArray.of(type, i -> to.round(x.longAt(i)))
          : NdArray.ofLongs(type, x::longAt);
    }
    return NdArray.of(type, i -> to.isFloat() ? to.round(x.at(i)) : x.at(i));
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return "cast " + to.text();
  }
}
