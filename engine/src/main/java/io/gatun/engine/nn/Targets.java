package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;

/// Targets in the shapes that losses and metrics want.
final class Targets {
  private Targets() {}

  /// Integer labels `[n, ...]` for predictions `[n, ..., classes]`.
  static Value labels(String kind, Prediction prediction, Value target) {
    var dims = prediction.type().shape().dims();
    var rows = new Shape(dims.subList(0, Math.max(0, dims.size() - 1)));
    Checks.fits(
        dims.size() >= 2
            && target.dtype().isInteger()
            && (target.shape().equals(rows) || target.shape().equals(withOne(prediction))),
        "%s: predictions %s want integer labels %s, got %s",
        kind,
        prediction.type(),
        rows,
        target.type());
    return target.reshape(rows);
  }

  private static Shape withOne(Prediction prediction) {
    var shape = prediction.type().shape();
    return shape.with(shape.rank() - 1, 1);
  }

  /// Numbers of the type of the predictions; `[n]` serves for `[n, 1]`, and bytes and integers are
  /// converted.
  static Value numbers(String kind, Prediction prediction, Value target) {
    var want = prediction.type();
    boolean column =
        want.shape().rank() == target.rank() + 1 && withOne(prediction).equals(want.shape());
    Checks.fits(
        target.shape().equals(want.shape()) || column && want.size() == target.type().size(),
        "%s: predictions %s want targets of that shape, got %s",
        kind,
        want,
        target.type());
    return target.cast(want.dtype()).reshape(want.shape());
  }

  /// The mean over all axes but the first.
  static Value perSample(Value elementwise) {
    return elementwise.rank() == 1 ? elementwise : elementwise.flatten().mean(1);
  }
}
