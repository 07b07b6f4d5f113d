package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.function.BiFunction;

/// Joins one or more operands along `axis`.
public record Concat(int axis) implements Op {
  private <E> E find(List<NdArray> operands, int[] index, BiFunction<NdArray, Integer, E> read) {
    for (NdArray operand : operands) {
      int dim = operand.type().shape().dim(axis);
      if (index[axis] < dim) return read.apply(operand, operand.type().shape().flat(index));
      index[axis] -= dim;
    }
    throw new IllegalStateException("index beyond the last operand");
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.check(!operands.isEmpty(), "concat: no operands");
    var first = operands.getFirst();
    GraphException.check(
        axis >= 0 && axis < first.shape().rank(), "concat: no axis %d in %s", axis, first);
    long total = 0;
    for (TensorType operand : operands) {
      GraphException.check(
          operand.shape().rank() == first.shape().rank()
              && operand
                  .with(operand.shape().with(axis, 0))
                  .equals(first.with(first.shape().with(axis, 0))),
          "concat axis=%d: %s does not join %s",
          axis,
          operand,
          first);
      total += operand.shape().dim(axis);
    }
    GraphException.check(total <= Integer.MAX_VALUE, "%s: too large: %s", text(), operands);
    return first.with(first.shape().with(axis, (int) total));
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var type = infer(operands.stream().map(NdArray::type).toList());
    return type.dtype().isFloat()
        ? NdArray.of(type, i -> find(operands, type.shape().index(i), NdArray::at))
        : NdArray.ofLongs(type, i -> find(operands, type.shape().index(i), NdArray::longAt));
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return "concat axis=" + axis;
  }
}
