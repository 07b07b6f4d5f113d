package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Converts each element: to floats rounded to nearest, from floats to integers truncated and
/// wrapped, to `bool` as "not zero".
public record Cast(DType to) implements Op {

  @Override
  public TensorType infer(List<TensorType> operands) {
    return operands.getFirst().with(to);
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    var type = x.type().with(to);
    boolean fromFloat = x.type().dtype().isFloat();
    if (to == DType.BOOL) return NdArray.ofLongs(type, i -> x.at(i) != 0 ? 1 : 0);
    if (to.isFloat()) return NdArray.of(type, i -> to.round(fromFloat ? x.at(i) : x.longAt(i)));
    return NdArray.ofLongs(type, x::longAt);
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
