package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/// Permutes the axes: axis `i` of the result is axis `permutation[i]` of the operand.
public record Transpose(List<Integer> permutation) implements Op {
  public Transpose {
    permutation = List.copyOf(permutation);
  }

  /// The permutation that undoes this one.
  public List<Integer> inverse() {
    return IntStream.range(0, permutation.size()).mapToObj(permutation::indexOf).toList();
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 1);
    var x = operands.getFirst();
    GraphException.check(
        permutation.stream()
            .sorted()
            .toList()
            .equals(IntStream.range(0, x.shape().rank()).boxed().toList()),
        "transpose: %s is no permutation of the axes of %s",
        permutation,
        x);
    return x.with(new Shape(permutation.stream().map(x.shape()::dim).toList()));
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    var shape = infer(List.of(x.type())).shape();
    return Indexed.gather(
        x,
        shape,
        i -> {
          int[] to = shape.index(i);
          int[] from = new int[to.length];
          for (int axis = 0; axis < to.length; axis++) from[permutation.get(axis)] = to[axis];
          return x.type().shape().flat(from);
        });
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return "transpose " + Indexed.list(permutation);
  }
}
