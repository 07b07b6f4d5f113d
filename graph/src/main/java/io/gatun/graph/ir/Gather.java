package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Picks slices or elements of `x` by integer `indices`; operands `(x, indices)`.
///
/// Not `along`: `y = x[..., indices, ...]`, the axis replaced by the axes of `indices` (NumPy's
/// `take`). `along`: `indices` has the rank of `x` and `y[..., i, ...] = x[..., indices[..., i,
/// ...], ...]` (NumPy's `take_along_axis`). An index is clamped to the axis.
public record Gather(int axis, boolean along) implements Op {
  /// Row-major position in `x` of the element that lands at `index` of the result.
  int source(Shape x, NdArray indices, int[] index) {
    int rank = indices.type().shape().rank();
    int[] at = along ? index : Arrays.copyOfRange(index, axis, axis + rank);
    long picked = indices.longAt(indices.type().shape().flat(at));
    int[] from = new int[x.rank()];
    for (int a = 0; a < from.length; a++) {
      from[a] = a < axis || along ? index[a] : a > axis ? index[a + rank - 1] : 0;
    }
    from[axis] = Math.clamp(picked, 0, x.dim(axis) - 1);
    return x.flat(from);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 2);
    var x = operands.get(0).shape();
    var indices = operands.get(1);
    GraphException.check(
        axis >= 0 && axis < x.rank() && indices.dtype().isInteger(),
        "%s: wants integer indices into an axis, got %s",
        text(),
        operands);
    if (along) {
      GraphException.check(
          indices.shape().rank() == x.rank()
              && indices.shape().with(axis, 0).equals(x.with(axis, 0)),
          "%s: indices must equal the operand but for the axis: %s",
          text(),
          operands);
      GraphException.check(
          x.dim(axis) > 0 || indices.size() == 0, "%s: axis is empty in %s", text(), operands);
      return operands.get(0).with(indices.shape());
    }
    var dims = new ArrayList<>(x.dims().subList(0, axis));
    dims.addAll(indices.shape().dims());
    dims.addAll(x.dims().subList(axis + 1, x.rank()));
    GraphException.check(
        x.dim(axis) > 0 || new Shape(dims).size() == 0,
        "%s: axis is empty in %s",
        text(),
        operands);
    return operands.get(0).with(new Shape(dims));
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.get(0);
    var indices = operands.get(1);
    var shape = infer(List.of(x.type(), indices.type())).shape();
    return Indexed.gather(x, shape, i -> source(x.type().shape(), indices, shape.index(i)));
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return "gather axis=" + axis + (along ? " along" : "");
  }
}
