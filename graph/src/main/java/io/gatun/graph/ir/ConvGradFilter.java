package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Gradient of [Conv] with respect to the filter: operands `(x[N, s..., C], dy[N, out..., O])`,
/// result `dw` of `shape = [window..., C/groups, O]`.
public record ConvGradFilter(Window window, int groups, Shape shape) implements Op {
  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 2);
    var x = operands.get(0);
    var dy = operands.get(1);
    var want = Conv.infer(text(), window, groups, x, dy.with(shape));
    GraphException.check(want.equals(dy), "%s: wants dy %s, got %s", text(), want, dy);
    return x.with(shape);
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    NdArray x = operands.get(0);
    NdArray dy = operands.get(1);
    var sums = new Contraction(x.type().with(shape), x, dy);
    Conv.forEachBlock(
        window,
        groups,
        x.type().shape(),
        shape,
        dy.type().shape(),
        (rows, columns, atX, atW, atY) -> sums.add(rows, columns, atW, atX, atY));
    return sums.result();
  }

  @Override
  public Pattern pattern() {
    return Pattern.CONTRACT;
  }

  @Override
  public String text() {
    return "convgradfilter " + window.text() + " groups=" + groups + " " + shape;
  }
}
