package io.gatun.graph.ir;

import io.gatun.graph.ir.Contraction.Walk;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// N-d convolution (cross-correlation, as in every deep-learning library), channels last: `x[N,
/// s..., C]`, filter `w[window..., C/groups, O]`, result `y[N, out..., O]` with `y[n, p, o] = sum
/// over t, c of x[n, p * stride + t * dilation - padLow, g * C/groups + c] * w[t, c, o]` where `g`
/// is the group of `o`. Integers wrap.
public record Conv(Window window, int groups) implements Op {
  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 2);
    return infer(text(), window, groups, operands.get(0), operands.get(1));
  }

  static TensorType infer(String op, Window window, int groups, TensorType x, TensorType w) {
    int rank = window.rank();
    var dims = new ArrayList<Integer>();
    var out = window.outputDims(op, x);
    GraphException.check(
        w.shape().rank() == rank + 2
            && w.dtype() == x.dtype()
            && x.dtype() != DType.BOOL
            && w.shape().dims().subList(0, rank).equals(window.size())
            && groups > 0
            && (long) w.shape().dim(rank) * groups == x.shape().dim(rank + 1)
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
    var sums = new Contraction(type, x, w);
    forEachBlock(
        window,
        groups,
        x.type().shape(),
        w.type().shape(),
        type.shape(),
        (rows, columns, atX, atW, atY) -> sums.add(rows, columns, atY, atX, atW));
    return sums.result();
  }

  interface Block {
    void at(int inputs, int outputs, Walk x, Walk w, Walk y);
  }

  /// Calls `block` for every pair of an output position and a window element that falls into `x`,
  /// in each group: with the positions of the `C/groups` inputs (outer) and `O/groups` results
  /// (inner) whose products `x * w` go into `y`.
  static void forEachBlock(Window window, int groups, Shape x, Shape w, Shape y, Block block) {
    int rank = window.rank();
    int inputs = w.dim(rank);
    int outputs = w.dim(rank + 1);
    int columns = outputs / groups;
    var positions = y.with(rank + 1, 1);
    var taps = new Shape(window.size());
    int[] index = new int[2 * rank + 2];
    for (int position = 0; position < positions.size(); position++) {
      System.arraycopy(positions.index(position), 0, index, 0, rank + 1);
      for (int tap = 0; tap < taps.size(); tap++) {
        System.arraycopy(taps.index(tap), 0, index, rank + 1, rank);
        int atX = x.dim(rank + 1) == 0 ? -1 : window.source(x, index);
        for (int group = 0; group < groups && atX >= 0; group++) {
          int column = group * columns;
          block.at(
              inputs,
              columns,
              new Walk(atX + group * inputs, 1, 0),
              new Walk(tap * inputs * outputs + column, outputs, 1),
              new Walk(position * outputs + column, 0, 1));
        }
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
