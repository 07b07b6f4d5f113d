package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// The adjoint of [Gather]: `y = base`, then each element of `updates` is added at the place that a
/// gather with the same `indices` would have read; operands `(base, indices, updates)`, numbers.
/// Indices are clamped as in a gather; repeated ones add up; integers wrap.
public record ScatterAdd(int axis, boolean along) implements Op {

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 3);
    var read = new Gather(axis, along).infer(operands.subList(0, 2));
    GraphException.check(
        read.equals(operands.get(2)) && read.dtype() != DType.BOOL,
        "%s: wants updates %s for base and indices %s",
        text(),
        read,
        operands);
    return operands.getFirst();
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var base = operands.get(0);
    var updates = operands.get(2);
    boolean isFloat = base.type().dtype().isFloat();
    double[] sums = base.toDoubles();
    long[] longSums = base.toLongs();
    var gather = new Gather(axis, along);
    for (int i = 0; i < updates.size(); i++) {
      int[] index = updates.type().shape().index(i);
      int to = gather.source(base.type().shape(), operands.get(1), index);
      if (isFloat) sums[to] += updates.at(i);
      else longSums[to] += updates.longAt(i);
    }
    return isFloat
        ? NdArray.of(base.type(), i -> sums[i])
        : NdArray.ofLongs(base.type(), i -> longSums[i]);
  }

  @Override
  public Pattern pattern() {
    return Pattern.LIBRARY;
  }

  @Override
  public String text() {
    return "scatteradd axis=" + axis + (along ? " along" : "");
  }
}
