package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Positions (`i32`) that sort the operand along `axis`, stable in both directions; NaN sorts as
/// the largest, -0 and 0 are equal.
/// Gathering along the axis with them sorts; their first `k` are the top `k`.
public record ArgSort(int axis, boolean descending) implements Op {

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 1);
    var x = operands.getFirst();
    GraphException.check(
        axis >= 0 && axis < x.shape().rank(), "%s: no axis %d in %s", text(), axis, x);
    return x.with(DType.I32);
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    var shape = x.type().shape();
    int dim = shape.dim(axis);
    long[] result = new long[x.size()];
    for (int i = 0; i < x.size(); i++) {
      int[] index = shape.index(i);
      if (index[axis] != 0) continue;
      int stride = (int) shape.strides()[axis];
      int start = i;
      Comparator<Integer> order =
          x.type().dtype().isFloat()
              // Adding 0 makes -0 into 0, which it equals.
              ? Comparator.comparingDouble(p -> x.at(start + p * stride) + 0.0)
              : Comparator.comparingLong(p -> x.longAt(start + p * stride));
      var sorted =
          IntStream.range(0, dim).boxed().sorted(descending ? order.reversed() : order).toList();
      for (int p = 0; p < dim; p++) result[start + p * stride] = sorted.get(p);
    }
    return NdArray.ofLongs(x.type().with(DType.I32), i -> result[i]);
  }

  @Override
  public Pattern pattern() {
    return Pattern.LIBRARY;
  }

  @Override
  public String text() {
    return "argsort axis=" + axis + (descending ? " descending" : "");
  }
}
