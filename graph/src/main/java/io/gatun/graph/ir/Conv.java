package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// N-d convolution (cross-correlation, as in every deep-learning library), channels last: `x[N,
/// s..., C]`, filter `w[window..., C/groups, O]`, result `y[N, out..., O]` with `y[n, p, o] = sum
/// over t, c of x[n, p * stride + t * dilation - padLow, g * C/groups + c] * w[t, c, o]` where `g`
/// is the group of `o`.
public record Conv(Window window, int groups) implements Op {
  @Override
  public TensorType infer(List<TensorType> operands) {
    return infer(text(), window, groups, operands.get(0), operands.get(1));
  }

  static TensorType infer(String op, Window window, int groups, TensorType x, TensorType w) {
    int rank = window.rank();
    var dims = new ArrayList<Integer>();
    var out = window.outputDims(op, x);
    GraphException.check(
        w.shape().rank() == rank + 2
            && w.dtype() == x.dtype()
            && w.shape().dims().subList(0, rank).equals(window.size())
            && groups > 0
            && w.shape().dim(rank) * groups == x.shape().dim(rank + 1)
            && w.shape().dim(rank + 1) % groups == 0,
        "%s: filter %s does not fit %s: wants [window..., C/groups, O], O divisible by groups",
        op,
        w,
        x);
    dims.add(x.shape().dim(0));
    dims.addAll(out);
    dims.add(w.shape().dim(rank + 1));
    return x.with(new Shape(dims));
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    NdArray x = operands.get(0);
    NdArray w = operands.get(1);
    var type = infer(List.of(x.type(), w.type()));
    double[] sums = new double[Math.toIntExact(type.size())];
    forEachProduct(
        window,
        groups,
        x.type().shape(),
        w.type().shape(),
        type.shape(),
        (xi, wi, yi) -> sums[yi] += x.at(xi) * w.at(wi));
    return NdArray.of(type, i -> sums[i]);
  }

  interface Product {
    void at(int x, int w, int y);
  }

  /// Calls `product` with the row-major positions of every `x * w` that goes into a `y`.
  static void forEachProduct(
      Window window, int groups, Shape x, Shape w, Shape y, Product product) {
    int rank = window.rank();
    int inner = w.dim(rank);
    int outer = w.dim(rank + 1) / groups;
    for (int yi = 0; yi < y.size(); yi++) {
      int[] out = y.index(yi);
      int group = out[rank + 1] / outer;
      for (int tap = 0; tap < window.taps() * inner; tap++) {
        int[] t = new int[2 * rank + 2];
        System.arraycopy(out, 0, t, 0, rank + 1);
        int rest = tap / inner;
        for (int axis = rank - 1; axis >= 0; axis--) {
          t[1 + rank + axis] = rest % window.size().get(axis);
          rest /= window.size().get(axis);
        }
        t[2 * rank + 1] = group * inner + tap % inner;
        int xi = window.source(x, t);
        if (xi >= 0) product.at(xi, tap * w.dim(rank + 1) + out[rank + 1], yi);
      }
    }
  }

  @Override
  public Pattern pattern() {
    return Pattern.CONTRACT;
  }

  @Override
  public String text() {
    return "conv " + window.text() + " groups=" + groups;
  }
}
