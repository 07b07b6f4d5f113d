package io.gatun.graph.dsl;

import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/// The normalizations as composites. Each also outputs the statistics that its gradient reads.
/// Gradients of rows are composites of their own, which a device may have kernels for.
final class Normalization {
  /// Outputs `(dx, dgamma, dbeta)`.
  private static final Composition LAYER_NORM_GRADIENT =
      Composition.of(
          "layernorm_gradient",
          List.of("x", "gamma", "mean", "rstd", "dy"),
          Normalization::layerNormGradient);

  /// Outputs `(y, mean, rstd)`.
  private static final Composition LAYER_NORM =
      Composition.of(
              "layernorm", List.of("x", "gamma", "beta", "epsilon"), Normalization::layerNormBody)
          .withGradient(
              in ->
                  LAYER_NORM_GRADIENT.apply(in.get(0), in.get(1), in.get(5), in.get(6), in.get(7)));

  /// Outputs `(dx, dgamma)`.
  private static final Composition RMS_NORM_GRADIENT =
      Composition.of(
          "rmsnorm_gradient", List.of("x", "gamma", "rstd", "dy"), Normalization::rmsNormGradient);

  /// Outputs `(y, rstd)`.
  private static final Composition RMS_NORM =
      Composition.of("rmsnorm", List.of("x", "gamma", "epsilon"), Normalization::rmsNormBody)
          .withGradient(in -> RMS_NORM_GRADIENT.apply(in.get(0), in.get(1), in.get(4), in.get(5)));

  /// Outputs `(y, mean, variance, rstd)`, the statistics being those of each channel.
  private static final Composition BATCH_NORM =
      Composition.of(
              "batchnorm", List.of("x", "gamma", "beta", "epsilon"), Normalization::batchNormBody)
          .withGradient(Normalization::batchNormGradient);

  private Normalization() {}

  static Value layerNorm(Value x, Value gamma, Value beta, double epsilon) {
    checkChannels("layerNorm", x, gamma, beta);
    return LAYER_NORM.apply(x, gamma, beta, x.scalar(epsilon)).getFirst();
  }

  private static List<Value> layerNormBody(List<Value> in) {
    var x = in.get(0);
    var mean = x.meanKeep(-1);
    var centered = x.sub(mean);
    var rstd = centered.square().meanKeep(-1).add(in.get(3)).rsqrt();
    return List.of(centered.mul(rstd).mul(in.get(1)).add(in.get(2)), mean, rstd);
  }

  /// With `h = (x - mean) * rstd` and `g = dy * gamma`: `dx = rstd * (g - mean(g) - h * mean(g
  /// h))`.
  private static List<Value> layerNormGradient(List<Value> in) {
    var rstd = in.get(3);
    var dy = in.get(4);
    var normal = in.get(0).sub(in.get(2)).mul(rstd);
    var g = dy.mul(in.get(1));
    var along = normal.mul(g.mul(normal).meanKeep(-1));
    var dx = g.sub(g.meanKeep(-1)).sub(along).mul(rstd);
    return List.of(dx, sumRows(dy.mul(normal)), sumRows(dy));
  }

  static Value rmsNorm(Value x, Value gamma, double epsilon) {
    checkChannels("rmsNorm", x, gamma);
    return RMS_NORM.apply(x, gamma, x.scalar(epsilon)).getFirst();
  }

  private static List<Value> rmsNormBody(List<Value> in) {
    var x = in.get(0);
    var rstd = x.square().meanKeep(-1).add(in.get(2)).rsqrt();
    return List.of(x.mul(rstd).mul(in.get(1)), rstd);
  }

  /// With `h = x * rstd` and `g = dy * gamma`: `dx = rstd * (g - h * mean(g h))`.
  private static List<Value> rmsNormGradient(List<Value> in) {
    var rstd = in.get(2);
    var dy = in.get(3);
    var normal = in.get(0).mul(rstd);
    var g = dy.mul(in.get(1));
    var along = normal.mul(g.mul(normal).meanKeep(-1));
    return List.of(g.sub(along).mul(rstd), sumRows(dy.mul(normal)));
  }

  static Nn.BatchNorm batchNorm(Value x, Value gamma, Value beta, double epsilon) {
    checkChannels("batchNorm", x, gamma, beta);
    var outputs = BATCH_NORM.apply(x, gamma, beta, x.scalar(epsilon));
    return new Nn.BatchNorm(outputs.get(0), outputs.get(1), outputs.get(2));
  }

  private static List<Value> batchNormBody(List<Value> in) {
    var x = in.get(0);
    var mean = meanRows(x);
    var centered = x.sub(mean);
    var variance = meanRows(centered.square());
    var rstd = variance.add(in.get(3)).rsqrt();
    return List.of(centered.mul(rstd.mul(in.get(1))).add(in.get(2)), mean, variance, rstd);
  }

  /// As layer normalization's, with the means over the rows.
  private static List<Value> batchNormGradient(List<Value> in) {
    var rstd = in.get(7);
    var dy = in.get(8);
    var normal = in.get(0).sub(in.get(5)).mul(rstd);
    var along = normal.mul(meanRows(dy.mul(normal)));
    var dx = dy.sub(meanRows(dy)).sub(along).mul(rstd.mul(in.get(1)));
    return List.of(dx, sumRows(dy.mul(normal)), sumRows(dy));
  }

  static Value batchNorm(
      Value x, Value gamma, Value beta, Value mean, Value variance, double epsilon) {
    checkChannels("batchNorm", x, gamma, beta, mean, variance);
    return x.sub(mean).mul(variance.add(epsilon).rsqrt().mul(gamma)).add(beta);
  }

  /// Sum over all axes but the last.
  private static Value sumRows(Value x) {
    var axes = IntStream.range(0, x.rank() - 1).boxed().toList();
    return axes.isEmpty() ? x : x.apply(new Reduce(Reduce.Kind.SUM, axes, false));
  }

  private static Value meanRows(Value x) {
    return sumRows(x).div((double) x.type().size() / x.dim(-1));
  }

  private static void checkChannels(String name, Value x, Value... parameters) {
    if (x.rank() == 0) throw GraphException.atCaller("%s: wants an axis, got %s", name, x.type());
    var want = x.type().with(Shape.of(x.dim(-1)));
    for (Value parameter : parameters) {
      if (!parameter.type().equals(want)) {
        throw GraphException.atCaller(
            "%s: wants parameters %s for %s, got %s", name, want, x.type(), parameter.type());
      }
    }
  }
}
