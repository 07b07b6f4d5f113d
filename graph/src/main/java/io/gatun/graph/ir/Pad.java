package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Surrounds the operand by `value`: `low[a]` before, `high[a]` after and `interior[a]` between
/// neighbouring elements along each axis; none is negative. Integers take `value` by
/// [io.gatun.graph.tensor.DType#saturate]: minus infinity is the least value.
public record Pad(List<Integer> low, List<Integer> high, List<Integer> interior, double value)
    implements Op {
  public Pad {
    low = List.copyOf(low);
    high = List.copyOf(high);
    interior = List.copyOf(interior);
  }

  private int source(Shape from, int[] index) {
    for (int axis = 0; axis < index.length; axis++) {
      int shifted = index[axis] - low.get(axis);
      long step = interior.get(axis) + 1L;
      if (shifted < 0 || shifted % step != 0 || shifted / step >= from.dim(axis)) return -1;
      index[axis] = (int) (shifted / step);
    }
    return from.flat(index);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 1);
    var x = operands.getFirst();
    int rank = x.shape().rank();
    GraphException.check(
        low.size() == rank && high.size() == rank && interior.size() == rank,
        "%s: wants one amount per axis of %s",
        text(),
        x);
    var dims = new ArrayList<Integer>();
    for (int axis = 0; axis < rank; axis++) {
      GraphException.check(
          low.get(axis) >= 0 && high.get(axis) >= 0 && interior.get(axis) >= 0,
          "%s: negative padding of %s; use slice to crop",
          text(),
          x);
      int dim = x.shape().dim(axis);
      long inner = dim == 0 ? 0 : dim + (dim - 1L) * interior.get(axis);
      long padded = low.get(axis) + inner + high.get(axis);
      GraphException.check(padded <= Integer.MAX_VALUE, "%s: %s grows too large", text(), x);
      dims.add((int) padded);
    }
    return x.with(new Shape(dims));
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    var shape = infer(List.of(x.type())).shape();
    return Indexed.gatherOr(x, shape, i -> source(x.type().shape(), shape.index(i)), value);
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return "pad low="
        + Indexed.list(low)
        + " high="
        + Indexed.list(high)
        + " interior="
        + Indexed.list(interior)
        + " value="
        + value;
  }
}
