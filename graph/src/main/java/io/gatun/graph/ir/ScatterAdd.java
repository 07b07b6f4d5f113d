package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// The adjoint of [Gather]: `y = base`, then each element of `updates` is added at the place that a
/// gather with the same `indices` would have read; operands `(base, indices, updates)`.
public record ScatterAdd(int axis, boolean along) implements Op {

  @Override
  public TensorType infer(List<TensorType> operands) {
    var read = new Gather(axis, along).infer(operands.subList(0, 2));
    GraphException.check(
        read.equals(operands.get(2)),
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
    double[] sums = base.toDoubles();
    for (int i = 0; i < updates.size(); i++) {
      int[] index = updates.type().shape().index(i);
      sums[new Gather(axis, along).source(base.type().shape(), operands.get(1), index)] +=
          updates.at(i);
    }
    return NdArray.of(base.type(), i -> sums[i]);
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
