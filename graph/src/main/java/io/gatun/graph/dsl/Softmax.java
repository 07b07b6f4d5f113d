package io.gatun.graph.dsl;

import java.util.List;
import java.util.function.UnaryOperator;

/// The composites around the softmax of the last axis, and their gradients, composites of their own
/// that a device may have kernels for. All subtract the row's maximum first, so that no exponential
/// overflows.
final class Softmax {
  private static final Composition SOFTMAX_GRADIENT =
      Composition.of(
          "softmax_gradient",
          List.of("y", "dy"),
          in -> List.of(softmaxGradient(in.get(0), in.get(1))));

  private static final Composition SOFTMAX =
      Composition.of("softmax", List.of("x"), in -> List.of(softmaxBody(in.getFirst())))
          .withGradient(in -> SOFTMAX_GRADIENT.apply(in.get(1), in.get(2)));

  private static final Composition LOG_SOFTMAX_GRADIENT =
      Composition.of(
          "logsoftmax_gradient",
          List.of("y", "dy"),
          in -> List.of(logSoftmaxGradient(in.get(0), in.get(1))));

  private static final Composition LOG_SOFTMAX =
      Composition.of("logsoftmax", List.of("x"), in -> List.of(logSoftmaxBody(in.getFirst())))
          .withGradient(in -> LOG_SOFTMAX_GRADIENT.apply(in.get(1), in.get(2)));

  private static final Composition CROSS_ENTROPY_GRADIENT =
      Composition.of(
          "crossentropy_gradient",
          List.of("logits", "labels", "logsum", "dy"),
          in -> List.of(crossEntropyGradient(in)));

  private static final Composition CROSS_ENTROPY =
      Composition.of("crossentropy", List.of("logits", "labels"), Softmax::crossEntropyBody)
          .withGradient(
              in -> CROSS_ENTROPY_GRADIENT.apply(in.get(0), in.get(1), in.get(3), in.get(4)));

  private Softmax() {}

  /// Composite `softmax` of `x`. With `y` the result, `dx = y * (dy - sum(dy * y))`.
  static Value softmax(Value x, int axis) {
    return overLast(x, axis, v -> SOFTMAX.apply(v).getFirst());
  }

  private static Value softmaxBody(Value x) {
    var e = x.sub(x.maxKeep(-1)).exp();
    return e.mul(e.scalar(1).div(e.sumKeep(-1)));
  }

  private static Value softmaxGradient(Value y, Value dy) {
    return y.mul(dy.sub(dy.mul(y).sumKeep(-1)));
  }

  /// Composite `logsoftmax` of `x`. With `y` the result, `dx = dy - exp(y) * sum(dy)`.
  static Value logSoftmax(Value x, int axis) {
    return overLast(x, axis, v -> LOG_SOFTMAX.apply(v).getFirst());
  }

  private static Value logSoftmaxBody(Value x) {
    var shifted = x.sub(x.maxKeep(-1));
    return shifted.sub(shifted.exp().sumKeep(-1).log());
  }

  private static Value logSoftmaxGradient(Value y, Value dy) {
    return dy.sub(y.exp().mul(dy.sumKeep(-1)));
  }

  /// Composite `crossentropy` of `(logits[..., C], labels[...])`: outputs the loss `[...]` and the
  /// logarithm of the sum of exponentials `[..., 1]`, with which the gradient
  /// `(softmax(logits) - onehot(labels)) * dy` is elementwise.
  static Value crossEntropy(Value logits, Value labels) {
    return CROSS_ENTROPY.apply(logits, labels).getFirst();
  }

  private static List<Value> crossEntropyBody(List<Value> in) {
    var logits = in.get(0);
    var label = in.get(1).oneHot(logits.dim(-1));
    var max = logits.maxKeep(-1);
    var logSum = logits.sub(max).exp().sumKeep(-1).log().add(max);
    var picked = label.select(logits, logits.scalar(0)).sum(-1);
    return List.of(logSum.squeeze(-1).sub(picked), logSum);
  }

  private static Value crossEntropyGradient(List<Value> in) {
    var logits = in.get(0);
    var label = in.get(1).oneHot(logits.dim(-1));
    var softmax = logits.sub(in.get(2)).exp();
    return label.select(softmax.sub(1), softmax).mul(in.get(3).expandDims(-1));
  }

  /// `f`, which works on the last axis, along another one.
  private static Value overLast(Value x, int axis, UnaryOperator<Value> f) {
    int at = x.axis("softmax", axis);
    if (at == x.rank() - 1) return f.apply(x);
    return f.apply(x.swapAxes(at, -1)).swapAxes(at, -1);
  }
}
