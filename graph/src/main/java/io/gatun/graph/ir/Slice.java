package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Every `strides[a]`-th index of `[starts[a], limits[a])` along each axis `a`; strides are
/// positive.
public record Slice(List<Integer> starts, List<Integer> limits, List<Integer> strides)
    implements Op {
  public Slice {
    starts = List.copyOf(starts);
    limits = List.copyOf(limits);
    strides = List.copyOf(strides);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 1);
    var x = operands.getFirst();
    int rank = x.shape().rank();
    GraphException.check(
        starts.size() == rank && limits.size() == rank && strides.size() == rank,
        "%s: wants one start, limit and stride per axis of %s",
        text(),
        x);
    var dims = new ArrayList<Integer>();
    for (int axis = 0; axis < rank; axis++) {
      int start = starts.get(axis);
      int limit = limits.get(axis);
      int stride = strides.get(axis);
      GraphException.check(
          0 <= start && start <= limit && limit <= x.shape().dim(axis) && stride > 0,
          "%s: out of range of %s along axis %d",
          text(),
          x,
          axis);
      dims.add(limit == start ? 0 : (limit - start - 1) / stride + 1);
    }
    return x.with(new Shape(dims));
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    var shape = infer(List.of(x.type())).shape();
    return Indexed.gather(
        x,
        shape,
        i -> {
          int[] index = shape.index(i);
          for (int axis = 0; axis < index.length; axis++) {
            index[axis] = starts.get(axis) + strides.get(axis) * index[axis];
          }
          return x.type().shape().flat(index);
        });
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return "slice starts="
        + Indexed.list(starts)
        + " limits="
        + Indexed.list(limits)
        + " strides="
        + Indexed.list(strides);
  }
}
