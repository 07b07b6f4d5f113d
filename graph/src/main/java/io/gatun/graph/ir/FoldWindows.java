package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// The adjoint of [Windows]: sums the elements of overlapping windows `x[N, out..., window..., C]`
/// back onto `shape = [N, s..., C]`.
public record FoldWindows(Window window, Shape shape) implements Op {

  @Override
  public TensorType infer(List<TensorType> operands) {
    var x = operands.getFirst();
    var want = new Windows(window, 0).infer(List.of(x.with(shape)));
    GraphException.check(want.equals(x), "%s: wants %s, got %s", text(), want, x);
    return x.with(shape);
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    double[] sums = new double[Math.toIntExact(shape.size())];
    for (int i = 0; i < x.size(); i++) {
      int to = window.source(shape, x.type().shape().index(i));
      if (to >= 0) sums[to] += x.at(i);
    }
    return NdArray.of(x.type().with(shape), i -> sums[i]);
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
