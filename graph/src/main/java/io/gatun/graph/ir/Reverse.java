package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Reverses the order of the elements along each of the axes.
public record Reverse(List<Integer> axes) implements Op {
  public Reverse {
    axes = axes.stream().sorted().distinct().toList();
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 1);
    var x = operands.getFirst();
    for (int axis : axes) {
      GraphException.check(
          axis >= 0 && axis < x.shape().rank(), "reverse: no axis %d in %s", axis, x);
    }
    return x;
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    var shape = x.type().shape();
    return Indexed.gather(
        x,
        shape,
        i -> {
          int[] index = shape.index(i);
          for (int axis : axes) index[axis] = shape.dim(axis) - 1 - index[axis];
          return shape.flat(index);
        });
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return "reverse " + Indexed.list(axes);
  }
}
