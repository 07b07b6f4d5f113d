package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// Normalizations.
final class NormalizationOps {
  private NormalizationOps() {}

  static void register(Registry r) {
    r.many("BatchNormalization", NormalizationOps::batch);
    r.one("InstanceNormalization", NormalizationOps::instance);
    r.many("LayerNormalization", NormalizationOps::layer);
    r.one("GroupNormalization", NormalizationOps::group);
    r.one("RMSNormalization", NormalizationOps::rms);
    r.one("LRN", NormalizationOps::localResponse);
    r.one("LpNormalization", NormalizationOps::norm);
    r.one("MeanVarianceNormalization", NormalizationOps::meanVariance);
  }

  private static double epsilon(Call c) {
    return c.attributes().number("epsilon", 1e-5);
  }

  private static Value channel(Value x, int rank) {
    return ConvolutionOps.perChannel(x, Math.max(rank, 2));
  }

  /// `(x - mean) / sqrt(variance + epsilon) * scale + bias`, as a product and a sum by channel;
  /// with `spatial` 0, until opset 8, by element of an image.
  private static List<Value> batch(Call c) {
    var x = c.in(0);
    var mean = c.in(3);
    var variance = c.in(4);
    boolean byElement = !c.attributes().flag("spatial", true);
    boolean training =
        c.opset() < 7
            ? !c.attributes().flag("is_test", false) && c.outputs() > 1
            : c.opset() >= 14 && c.attributes().flag("training_mode", false);
    var outputs = new ArrayList<Value>();
    if (training) {
      OnnxException.check(!byElement, "attribute spatial: 0 is not supported for training");
      double momentum = c.attributes().number("momentum", 0.9);
      int[] axes = Ints.array(Ints.range(0, x.rank()).stream().filter(a -> a != 1).toList());
      var ofBatch = x.mean(axes).cast(mean.dtype());
      var spread = x.variance(axes).cast(mean.dtype());
      outputs.add(mean.mul(momentum).add(ofBatch.mul(1 - momentum)));
      outputs.add(variance.mul(momentum).add(spread.mul(1 - momentum)));
      mean = ofBatch;
      variance = spread;
    }
    var scale = c.in(1).cast(mean.dtype()).mul(variance.add(epsilon(c)).rsqrt());
    var shift = c.in(2).cast(mean.dtype()).sub(mean.mul(scale));
    int rank = x.rank();
    var wide = x.cast(mean.dtype());
    var y =
        byElement
            ? wide.mul(scale).add(shift)
            : wide.mul(channel(scale, rank)).add(channel(shift, rank));
    outputs.addFirst(y.cast(x.dtype()));
    return outputs;
  }

  private static Value instance(Call c) {
    var x = c.in(0);
    int[] axes = Ints.array(Ints.range(2, x.rank()));
    var y = centred(x, epsilon(c), axes);
    return y.mul(channel(c.in(1), x.rank())).add(channel(c.in(2), x.rank()));
  }

  private static Value centred(Value x, double epsilon, int... axes) {
    return x.sub(x.meanKeep(axes)).mul(x.varianceKeep(axes).add(epsilon).rsqrt());
  }

  /// Over all axes from `axis` on, computed in `f32` at least. Also the mean and the inverse
  /// deviation.
  private static List<Value> layer(Call c) {
    var x = c.in(0);
    int axis = c.axis(x, -1);
    var scale = c.in(1);
    boolean lastOnly = axis == x.rank() - 1 && scale.rank() == 1 && scale.dim(0) == x.dim(-1);
    if (lastOnly && !c.gives(1) && !c.gives(2) && x.dtype().bytes() >= 4) {
      var bias = c.has(2) ? c.in(2) : scale.scalar(0).broadcastTo(scale.shape());
      return List.of(Nn.layerNorm(x, scale, bias, epsilon(c)));
    }
    int[] axes = Ints.array(Ints.range(axis, x.rank()));
    var wide = ElementwiseOps.wide(x);
    var mean = wide.meanKeep(axes);
    var rstd = wide.varianceKeep(axes).add(epsilon(c)).rsqrt();
    var y = wide.sub(mean).mul(rstd).cast(x.dtype()).mul(scale);
    var stash = ElementType.of(c.attributes().integer("stash_type", 1)).dtype();
    return List.of(c.has(2) ? y.add(c.in(2)) : y, mean.cast(stash), rstd.cast(stash));
  }

  /// Scale and bias are by group before opset 21, then by channel.
  private static Value group(Call c) {
    var x = c.in(0);
    int groups = c.attributes().integer("num_groups", 1);
    var split =
        new Shape(
            List.of(
                x.dim(0), groups, Ints.product(x.shape().dims().subList(1, x.rank())) / groups));
    var y = centred(ElementwiseOps.wide(x).reshape(split), epsilon(c), 2).cast(x.dtype());
    if (c.opset() < 21) {
      var scaled = y.mul(c.in(1).reshape(groups, 1)).add(c.in(2).reshape(groups, 1));
      return scaled.reshape(x.shape());
    }
    return y.reshape(x.shape()).mul(channel(c.in(1), x.rank())).add(channel(c.in(2), x.rank()));
  }

  private static Value rms(Call c) {
    var x = c.in(0);
    int axis = c.axis(x, -1);
    var scale = c.in(1);
    if (axis == x.rank() - 1
        && scale.rank() == 1
        && x.dtype().bytes() >= 4
        && x.dtype() == scale.dtype()
        && scale.dim(0) == x.dim(-1)) {
      return Nn.rmsNorm(x, scale, epsilon(c));
    }
    int[] axes = Ints.array(Ints.range(axis, x.rank()));
    var wide = ElementwiseOps.wide(x);
    var rrms = wide.square().meanKeep(axes).add(epsilon(c)).rsqrt();
    return wide.mul(rrms).cast(x.dtype()).cast(scale.dtype()).mul(scale);
  }

  /// Divides by a power of the sum of squares over neighbouring channels.
  private static Value localResponse(Call c) {
    var x = c.in(0);
    var a = c.attributes();
    int size = a.integer("size", 1);
    OnnxException.check(size > 0 && size <= 4096, "size %d is not in [1, 4096]", size);
    var padded = x.square().pad(1, (size - 1) / 2, size - 1 - (size - 1) / 2, 0);
    var sum = padded.slice(1, 0, x.dim(1));
    for (int i = 1; i < size; i++) sum = sum.add(padded.slice(1, i, i + x.dim(1)));
    var base = sum.mul(a.number("alpha", 1e-4) / size).add(a.number("bias", 1));
    return x.div(base.pow(a.number("beta", 0.75)));
  }

  /// A row of zeros stays zeros.
  private static Value norm(Call c) {
    var x = c.in(0);
    int axis = c.axis(x, -1);
    boolean one = c.attributes().integer("p", 2) == 1;
    var norm = one ? x.abs().sumKeep(axis) : x.square().sumKeep(axis).sqrt();
    return x.div(norm.eq(0).select(norm.scalar(1), norm));
  }

  private static Value meanVariance(Call c) {
    var x = c.in(0);
    var given = c.attributes().ints("axes", List.of(0, 2, 3));
    int[] axes = Ints.array(Call.axes(given, x.rank()));
    return x.sub(x.meanKeep(axes)).div(x.varianceKeep(axes).sqrt().add(1e-9));
  }
}
