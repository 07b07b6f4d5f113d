package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// `y[i] = condition[i] ? a[i] : b[i]`; operands `condition: bool`, `a`, `b` of equal shape.
public record Select() implements Op {

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 3);
    var condition = operands.get(0);
    var a = operands.get(1);
    GraphException.check(
        condition.dtype() == DType.BOOL
            && condition.shape().equals(a.shape())
            && a.equals(operands.get(2)),
        "select: wants a bool condition and two values of its shape, got %s",
        operands);
    return a;
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var condition = operands.get(0);
    NdArray a = operands.get(1);
    NdArray b = operands.get(2);
    return a.type().dtype().isFloat()
        ? NdArray.of(a.type(), i -> condition.longAt(i) != 0 ? a.at(i) : b.at(i))
        : NdArray.ofLongs(a.type(), i -> condition.longAt(i) != 0 ? a.longAt(i) : b.longAt(i));
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return "select";
  }
}
