package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/// Repeats the operand to `shape` by NumPy's rule: axes are aligned at the last, missing axes and
/// axes of size 1 stretch.
public record Broadcast(Shape shape) implements Op {
  /// The axes of the result along which an operand of this shape is repeated.
  public List<Integer> repeatedAxes(Shape operand) {
    int lead = shape.rank() - operand.rank();
    return IntStream.range(0, shape.rank())
        .filter(i -> i < lead || operand.dim(i - lead) == 1 && shape.dim(i) != 1)
        .boxed()
        .toList();
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 1);
    var x = operands.getFirst();
    int lead = shape.rank() - x.shape().rank();
    GraphException.check(lead >= 0, "broadcast: %s has more axes than %s", x, shape);
    for (int axis = 0; axis < x.shape().rank(); axis++) {
      int dim = x.shape().dim(axis);
      GraphException.check(
          dim == 1 || dim == shape.dim(axis + lead),
          "broadcast: %s does not stretch to %s",
          x,
          shape);
    }
    return x.with(shape);
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    var source = x.type().shape();
    int lead = shape.rank() - source.rank();
    return Indexed.gather(
        x,
        shape,
        i -> {
          int[] to = shape.index(i);
          int[] from = new int[source.rank()];
          for (int axis = 0; axis < from.length; axis++) {
            from[axis] = source.dim(axis) == 1 ? 0 : to[axis + lead];
          }
          return source.flat(from);
        });
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return "broadcast " + shape;
  }
}
