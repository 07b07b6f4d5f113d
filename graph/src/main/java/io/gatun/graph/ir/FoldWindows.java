package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// The adjoint of [Windows]: sums the elements of overlapping windows `x[N, out..., window..., C]`
/// back onto `shape = [N, s..., C]`; elements that lie in the padding are dropped.
public record FoldWindows(Window window, Shape shape) implements Op {

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 1);
    var x = operands.getFirst();
    var want = new Windows(window, 0).infer(List.of(x.with(shape)));
    GraphException.check(x.dtype() != DType.BOOL, "%s: not defined on %s", text(), x);
    GraphException.check(want.equals(x), "%s: wants %s, got %s", text(), want, x);
    return x.with(shape);
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    boolean isFloat = x.type().dtype().isFloat();
    double[] sums = new double[Math.toIntExact(shape.size())];
    long[] longSums = new long[isFloat ? 0 : sums.length];
    for (int i = 0; i < x.size(); i++) {
      int to = window.source(shape, x.type().shape().index(i));
      if (to < 0) continue;
      if (isFloat) sums[to] += x.at(i);
      else longSums[to] += x.longAt(i);
    }
    var type = x.type().with(shape);
    return isFloat ? NdArray.of(type, i -> sums[i]) : NdArray.ofLongs(type, i -> longSums[i]);
  }

  @Override
  public Pattern pattern() {
    return Pattern.REDUCE;
  }

  @Override
  public String text() {
    return "foldwindows " + window.text() + " " + shape;
  }
}
