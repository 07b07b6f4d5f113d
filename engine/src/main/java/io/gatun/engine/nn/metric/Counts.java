package io.gatun.engine.nn.metric;

import io.gatun.engine.Tensor;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;

/// Exact numbers of things, as states of metrics.
final class Counts {
  /// One number.
  static final TensorType ONE = TensorType.of(DType.I64);

  private Counts() {}

  /// How many are true, along an axis or, without one, of all: `i64`.
  static Value of(Value condition, int... axes) {
    return condition.cast(DType.I32).sum(axes).cast(DType.I64);
  }

  static long[] of(Tensor state) {
    return state.toNdArray().toLongs();
  }

  /// `part / whole`, and 0 where the whole is 0.
  static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
