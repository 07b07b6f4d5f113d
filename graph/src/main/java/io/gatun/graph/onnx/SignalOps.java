package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Windows and Fourier transforms. Complex numbers are pairs along a last axis of 2; a transform is
/// a product with the matrix of sines and cosines.
final class SignalOps {
  private SignalOps() {}

  static void register(Registry r) {
    r.any("HannWindow", c -> window(c, 0.5, 0.5, 0));
    r.any("HammingWindow", c -> window(c, 25.0 / 46, 1 - 25.0 / 46, 0));
    r.any("BlackmanWindow", c -> window(c, 0.42, 0.5, 0.08));
    r.any("MelWeightMatrix", SignalOps::mel);
    r.one("DFT", SignalOps::transform);
    r.one("STFT", SignalOps::shortTime);
  }

  private static ElementType output(Call c) {
    return ElementType.of(c.attributes().integer("output_datatype", 1));
  }

  /// `a - b cos(2 pi n / N) + d cos(4 pi n / N)`
  private static List<OnnxValue> window(Call c, double a, double b, double d) {
    var type = output(c);
    int size = c.size(0);
    double period = c.attributes().flag("periodic", true) ? size : size - 1;
    var values =
        NdArray.of(
            TensorType.of(type.dtype(), size),
            i -> {
              double angle = 2 * Math.PI * i / period;
              return a - b * Math.cos(angle) + d * Math.cos(2 * angle);
            });
    return List.of(new OnnxValue.Tensor(c.constant(values), type));
  }

  /// Triangles over the bins of a spectrum, evenly spaced on the mel scale.
  private static List<OnnxValue> mel(Call c) {
    var type = output(c);
    int bands = c.size(0);
    int length = c.size(1);
    double rate = c.number(2);
    double low = 2595 * Math.log10(1 + c.number(3) / 700);
    double high = 2595 * Math.log10(1 + c.number(4) / 700);
    int bins = length / 2 + 1;
    int[] edges = new int[bands + 2];
    for (int i = 0; i < edges.length; i++) {
      double hertz = 700 * (Math.pow(10, (low + i * (high - low) / edges.length) / 2595) - 1);
      edges[i] = (int) Math.floor((length + 1) * hertz / rate);
    }
    double[] weights = new double[Call.affordable((long) bins * bands)];
    for (int band = 0; band < bands; band++) {
      int left = edges[band];
      int centre = edges[band + 1];
      int right = edges[band + 2];
      if (left == centre && centre < bins) weights[centre * bands + band] = 1;
      for (int bin = left; bin <= centre && left < centre && bin < bins; bin++) {
        weights[bin * bands + band] = (double) (bin - left) / (centre - left);
      }
      for (int bin = centre; bin < right && bin < bins; bin++) {
        weights[bin * bands + band] = (double) (right - bin) / (right - centre);
      }
    }
    var array = NdArray.of(TensorType.of(type.dtype(), bins, bands), weights);
    return List.of(new OnnxValue.Tensor(c.constant(array), type));
  }

  /// Along an axis of `[..., 1]` real or `[..., 2]` complex numbers.
  private static Value transform(Call c) {
    var x = c.in(0);
    int axis =
        c.opset() < 20
            ? x.shape().axis(c.attributes().integer("axis", 1))
            : x.shape().axis(c.has(2) ? (int) c.number(2) : -2);
    int length = c.has(1) ? c.size(1) : x.dim(axis);
    boolean inverse = c.attributes().flag("inverse", false);
    boolean oneSided = c.attributes().flag("onesided", false);
    var sized = x;
    if (length > x.dim(axis)) sized = x.pad(axis, 0, length - x.dim(axis), 0);
    if (length < x.dim(axis)) sized = x.slice(axis, 0, length);
    if (inverse && oneSided)
      return realInverse(c, x, axis, c.has(1) ? length : 2 * (x.dim(axis) - 1));
    int bins = oneSided ? length / 2 + 1 : length;
    return transform(c, sized, axis, length, bins, inverse);
  }

  private static Value transform(Call c, Value x, int axis, int length, int bins, boolean inverse) {
    int last = x.rank() - 1;
    var real = x.index(last, 0).swapAxes(axis, -1);
    double sign = inverse ? 1 : -1;
    double scale = inverse ? 1.0 / length : 1;
    var cos = matrix(c, x.dtype(), length, bins, length, (angle) -> Math.cos(angle) * scale);
    var sin = matrix(c, x.dtype(), length, bins, length, (angle) -> sign * Math.sin(angle) * scale);
    var re = MatrixOps.matmul(real, cos);
    var im = MatrixOps.matmul(real, sin);
    if (x.dim(last) == 2) {
      var imaginary = x.index(last, 1).swapAxes(axis, -1);
      re = re.sub(MatrixOps.matmul(imaginary, sin));
      im = im.add(MatrixOps.matmul(imaginary, cos));
    }
    return Value.stack(last, re.swapAxes(axis, -1), im.swapAxes(axis, -1));
  }

  /// From half of a spectrum, whose other half mirrors it, to real numbers.
  private static Value realInverse(Call c, Value x, int axis, int length) {
    int bins = length / 2 + 1;
    int last = x.rank() - 1;
    var half = PartOps.pad(x, axis, 0, bins - x.dim(axis), "constant", 0);
    var weights =
        c.constant(
            NdArray.of(
                TensorType.of(x.dtype(), bins),
                k -> (k == 0 || 2 * k == length ? 1.0 : 2.0) / length));
    var cos = matrix(c, x.dtype(), bins, length, length, Math::cos);
    var sin = matrix(c, x.dtype(), bins, length, length, Math::sin);
    var re = half.index(last, 0).swapAxes(axis, -1).mul(weights);
    var im = half.index(last, 1).swapAxes(axis, -1).mul(weights);
    var y = MatrixOps.matmul(re, cos).sub(MatrixOps.matmul(im, sin));
    return y.swapAxes(axis, -1).expandDims(last);
  }

  private interface Wave {
    double at(double angle);
  }

  private static Value matrix(Call c, DType dtype, int rows, int columns, int period, Wave wave) {
    Call.affordable((long) rows * columns);
    var type = TensorType.of(dtype, rows, columns);
    return c.constant(
        NdArray.of(
            type,
            i -> {
              long product = (long) (i / columns) * (i % columns) % period;
              return wave.at(2 * Math.PI * product / period);
            }));
  }

  /// Transforms of overlapping frames of `[batch, length, 1 or 2]`, each times the window:
  /// `[batch, frames, bins, 2]`.
  private static Value shortTime(Call c) {
    var x = c.in(0);
    if (x.rank() == 2) x = x.expandDims(-1);
    int step = c.size(1);
    int size = c.has(3) ? c.size(3) : c.in(2).dim(0);
    OnnxException.check(step > 0, "a step of %d", step);
    int frames = (x.dim(1) - size) / step + 1;
    Call.affordable((long) frames * size);
    var places = new ArrayList<Integer>();
    for (int f = 0; f < frames; f++) places.addAll(Ints.range(f * step, f * step + size));
    var framed = x.take(c.vector(places), 1).reshape(x.dim(0), frames, size, x.dim(2));
    if (c.has(2)) framed = framed.mul(c.in(2).reshape(size, 1));
    boolean oneSided = c.attributes().flag("onesided", true);
    return transform(c, framed, 2, size, oneSided ? size / 2 + 1 : size, false);
  }
}
