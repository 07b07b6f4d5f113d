package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Positions (`i32`) that sort the operand along `axis`, stable in both directions; NaN sorts as
/// the largest, -0 and 0 are equal.
/// Gathering along the axis with them sorts; the first `k` alone are the top `k`, and cost less.
///
/// @param first how many of the positions are wanted: so many has the result along the axis, or all
///     with [#ALL]
public record ArgSort(int axis, boolean descending, int first) implements Op {
  /// All positions.
  public static final int ALL = -1;

  /// All positions.
  public ArgSort(int axis, boolean descending) {
    this(axis, descending, ALL);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 1);
    var x = operands.getFirst();
    GraphException.check(
        axis >= 0 && axis < x.shape().rank(), "%s: no axis %d in %s", text(), axis, x);
    int dim = x.shape().dim(axis);
    GraphException.check(
        first == ALL || first >= 0 && first <= dim,
        "%s: wants from 0 to %d positions of axis %d of %s",
        text(),
        dim,
        axis,
        x);
    return first == ALL
        ? x.with(DType.I32)
        : new TensorType(DType.I32, x.shape().with(axis, first));
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    var shape = x.type().shape();
    int dim = shape.dim(axis);
    var type = infer(List.of(x.type()));
    var places = type.shape();
    long[] result = new long[Math.toIntExact(places.size())];
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
      for (int p = 0; p < places.dim(axis); p++) {
        index[axis] = p;
        result[places.flat(index)] = sorted.get(p);
      }
    }
    return NdArray.ofLongs(type, i -> result[i]);
  }

  @Override
  public Pattern pattern() {
    return Pattern.LIBRARY;
  }

  @Override
  public String text() {
    String some = first == ALL ? "" : " first=" + first;
    return "argsort axis=" + axis + (descending ? " descending" : "") + some;
  }
}
