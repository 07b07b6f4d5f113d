package io.gatun.graph.dsl;

import java.util.List;

/// Activation functions that are composites. The gradients of those that decide by sign read the
/// result, not the operand, which then need not be kept.
final class Activations {
  private static final Composition RELU =
      Composition.of(
              "relu",
              List.of("x"),
              in -> List.of(in.getFirst().le(0).select(in.getFirst().scalar(0), in.getFirst())))
          .withGradient(in -> List.of(in.get(1).le(0).select(in.get(2).scalar(0), in.get(2))));

  private static final Composition LEAKY_RELU =
      Composition.of(
              "leakyrelu",
              List.of("x", "slope"),
              in -> List.of(leak(in.getFirst(), in.getFirst(), in.get(1))))
          .withGradient(in -> List.of(leak(in.get(2), in.get(3), in.get(1))));

  private static final Composition ELU =
      Composition.of("elu", List.of("x", "alpha"), in -> List.of(eluBody(in.get(0), in.get(1))))
          .withGradient(in -> List.of(eluGradient(in.get(1), in.get(2), in.get(3))));

  /// Outputs `(y, slope)`.
  private static final Composition GELU =
      Composition.of("gelu", List.of("x"), in -> geluBody(in.getFirst()))
          .withGradient(in -> List.of(in.get(3).mul(in.get(2))));

  private static final Composition GELU_TANH =
      Composition.of("gelu.tanh", List.of("x"), in -> geluTanhBody(in.getFirst()))
          .withGradient(in -> List.of(in.get(3).mul(in.get(2))));

  private static final Composition GELU_SIGMOID =
      Composition.of("gelu.sigmoid", List.of("x"), in -> List.of(gated(in.getFirst(), 1.702)));

  private static final Composition SILU =
      Composition.of("silu", List.of("x"), in -> List.of(gated(in.getFirst(), 1)));

  private static final Composition SOFTPLUS =
      Composition.of("softplus", List.of("x"), in -> List.of(softplusBody(in.getFirst())))
          .withGradient(in -> List.of(in.get(2).mul(in.get(0).sigmoid())));

  private static final Composition BINARY_CROSS_ENTROPY =
      Composition.of(
              "binarycrossentropy",
              List.of("logits", "targets"),
              in -> List.of(softplusBody(in.get(0)).sub(in.get(0).mul(in.get(1)))))
          .withGradient(Activations::binaryCrossEntropyGradient);

  private Activations() {}

  static Value relu(Value x) {
    return RELU.apply(x).getFirst();
  }

  /// `value` where `sign` is positive, else `slope * value`.
  private static Value leak(Value sign, Value value, Value slope) {
    return sign.gt(0).select(value, value.mul(slope));
  }

  static Value leakyRelu(Value x, double slope) {
    return LEAKY_RELU.apply(x, x.scalar(slope)).getFirst();
  }

  private static Value eluBody(Value x, Value alpha) {
    return x.gt(0).select(x, x.minimum(0).expm1().mul(alpha));
  }

  private static Value eluGradient(Value alpha, Value y, Value dy) {
    return y.gt(0).select(dy, dy.mul(y.add(alpha)));
  }

  static Value elu(Value x, double alpha) {
    return ELU.apply(x, x.scalar(alpha)).getFirst();
  }

  /// The result and its slope, the distribution function plus `x` times the density.
  private static List<Value> geluBody(Value x) {
    var distribution = x.mul(Math.sqrt(0.5)).erf().add(1).mul(0.5);
    var density = x.square().mul(-0.5).exp().mul(1 / Math.sqrt(2 * Math.PI));
    return List.of(x.mul(distribution), distribution.add(x.mul(density)));
  }

  static Value gelu(Value x) {
    return GELU.apply(x).getFirst();
  }

  /// `(1 + tanh(u)) / 2` is `sigmoid(2 u)`, which costs one exponential and keeps its precision
  /// where it is small.
  private static List<Value> geluTanhBody(Value x) {
    double scale = 2 * Math.sqrt(2 / Math.PI);
    var square = x.square();
    var share = x.mul(square.mul(scale * 0.044715).add(scale)).sigmoid();
    var value = x.mul(share);
    var rise = square.mul(3 * scale * 0.044715).add(scale);
    return List.of(value, share.add(value.mul(share.neg().add(1)).mul(rise)));
  }

  static Value geluTanh(Value x) {
    return GELU_TANH.apply(x).getFirst();
  }

  private static Value gated(Value x, double steepness) {
    return x.mul((steepness == 1 ? x : x.mul(steepness)).sigmoid());
  }

  static Value geluSigmoid(Value x) {
    return GELU_SIGMOID.apply(x).getFirst();
  }

  static Value silu(Value x) {
    return SILU.apply(x).getFirst();
  }

  private static Value softplusBody(Value x) {
    return x.maximum(0).add(x.abs().neg().exp().log1p());
  }

  static Value softplus(Value x) {
    return SOFTPLUS.apply(x).getFirst();
  }

  private static List<Value> binaryCrossEntropyGradient(List<Value> in) {
    var dy = in.get(3);
    return List.of(dy.mul(in.get(0).sigmoid().sub(in.get(1))), dy.mul(in.get(0)).neg());
  }

  static Value binaryCrossEntropy(Value logits, Value targets) {
    return BINARY_CROSS_ENTROPY.apply(logits, targets).getFirst();
  }
}
