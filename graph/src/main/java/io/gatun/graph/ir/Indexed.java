package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/// What the reference values of movement ops have in common.
final class Indexed {
  private Indexed() {}

  /// The array of `shape` whose element `i` is element `source(i)` of `x`.
  static NdArray gather(NdArray x, Shape shape, IntUnaryOperator source) {
    return gatherOr(x, shape, source, 0);
  }

  /// As [#gather], with `value` where the source is negative.
  static NdArray gatherOr(NdArray x, Shape shape, IntUnaryOperator source, double value) {
    var type = x.type().with(shape);
    if (type.dtype().isFloat()) {
      return NdArray.of(
          type,
          i -> {
            int from = source.applyAsInt(i);
            return from < 0 ? value : x.at(from);
          });
    }
    return NdArray.ofLongs(
        type,
        i -> {
          int from = source.applyAsInt(i);
          return from < 0 ? type.dtype().saturate(value) : x.longAt(from);
        });
  }

  /// `[0,1]`
  static String list(List<Integer> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
  }
}
