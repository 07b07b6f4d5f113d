package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Gradient of [Conv] with respect to the input: operands `(dy[N, out..., O], w[window...,
/// C/groups, O])`, result `dx` of `shape = [N, s..., C]`.
public record ConvGradInput(Window window, int groups, Shape shape) implements Op {
  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 2);
    var dy = operands.get(0);
    var w = operands.get(1);
    var want = Conv.infer(text(), window, groups, dy.with(shape), w);
    GraphException.check(want.equals(dy), "%s: wants dy %s, got %s", text(), want, dy);
    return dy.with(shape);
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    NdArray dy = operands.get(0);
    NdArray w = operands.get(1);
    var sums = new Contraction(dy.type().with(shape), dy, w);
    Conv.forEachBlock(
        window,
        groups,
        shape,
        w.type().shape(),
        dy.type().shape(),
        (rows, columns, atX, atW, atY) -> sums.add(rows, columns, atX, atY, atW));
    return sums.result();
  }

  @Override
  public Pattern pattern() {
    return Pattern.CONTRACT;
  }

  @Override
  public String text() {
    return "convgradinput " + window.text() + " groups=" + groups + " " + shape;
  }
}
