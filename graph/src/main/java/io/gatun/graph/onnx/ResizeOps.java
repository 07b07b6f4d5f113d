package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Resize and Upsample. Each axis is resized on its own: nearest as a gather, linear and cubic as a
/// product with a matrix of weights, whose rows are known.
final class ResizeOps {
  /// How one axis is resized.
  ///
  /// @param scale ratio of the sizes as given, or of the whole numbers where sizes are given
  private record Axis(int in, int out, double scale, double from, double to) {}

  private ResizeOps() {}

  static void register(Registry r) {
    r.one("Resize", ResizeOps::resize);
    r.one("Upsample", ResizeOps::upsample);
  }

  private static Value upsample(Call c) {
    var x = c.in(0);
    var a = c.attributes();
    var scales =
        c.opset() >= 9
            ? doubles(c.known(1))
            : c.opset() >= 7
                ? a.numbers("scales")
                : List.of(1.0, 1.0, a.number("height_scale", 1), a.number("width_scale", 1));
    OnnxException.check(
        scales.size() == x.rank(), "%d scales do not fit %s", scales.size(), x.type());
    var y = x;
    for (int axis = 0; axis < x.rank(); axis++) {
      int in = x.dim(axis);
      double scale = scales.get(axis);
      var how = new Axis(in, size(in, scale), scale, 0, 1);
      y = resize(c, y, axis, how, a.text("mode", "nearest"), "asymmetric", "floor");
    }
    return rounded(c, y);
  }

  /// Scales are `f32` and so is the product: 5 times 1.4 is 7.
  private static int size(int in, double scale) {
    return (int) Math.floor((float) in * (float) scale);
  }

  private static List<Double> doubles(NdArray array) {
    return Arrays.stream(array.toDoubles()).boxed().toList();
  }

  /// Opset 10 has asymmetric coordinates and rounds down, where an axis shrinks up.
  private static Value resize(Call c) {
    var x = c.in(0);
    var a = c.attributes();
    boolean old = c.opset() < 11;
    String coordinates =
        a.text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
    String nearest = old ? "floor" : a.text("nearest_mode", "round_prefer_floor");
    int scalesAt = old ? 1 : 2;
    var axes = Call.axes(a.ints("axes", Ints.range(0, x.rank())), x.rank());
    var given = a.ints("axes", Ints.range(0, x.rank()));
    var scales = c.has(scalesAt) ? doubles(c.known(scalesAt)) : List.<Double>of();
    var sizes = c.has(3) ? c.ints(3) : List.<Integer>of();
    var region = c.has(1) && !old ? doubles(c.known(1)) : List.<Double>of();
    var policy = a.text("keep_aspect_ratio_policy", "stretch");
    double common = common(x, given, sizes, policy);
    var y = x;
    for (int i = 0; i < axes.size(); i++) {
      int axis = x.shape().axis(given.get(i));
      int in = x.dim(axis);
      double scale;
      int out;
      if (!sizes.isEmpty() && policy.equals("stretch")) {
        out = sizes.get(i);
        scale = (double) out / in;
      } else if (!sizes.isEmpty()) {
        scale = common;
        out = (int) Math.round(common * in);
      } else {
        scale = scales.get(i);
        OnnxException.check(scale > 0, "scale %s of axis %d is not positive", scale, axis);
        out = size(in, scale);
      }
      boolean crops = coordinates.equals("tf_crop_and_resize");
      double from = crops ? region.get(i) : 0;
      double to = crops ? region.get(i + region.size() / 2) : 1;
      if (!sizes.isEmpty() && crops) scale = (double) out / in;
      y =
          resize(
              c,
              y,
              axis,
              new Axis(in, out, scale, from, to),
              a.text("mode", "nearest"),
              coordinates,
              old && scale < 1 ? "ceil" : nearest);
    }
    return rounded(c, y);
  }

  /// What was resized in wider floats is rounded once, at the end.
  private static Value rounded(Call c, Value y) {
    var type = c.type(0);
    if (!type.isInteger() || !y.dtype().isFloat()) return y.cast(c.in(0).dtype());
    return y.round().clamp(type.least(), type.greatest()).cast(DType.I64).cast(c.in(0).dtype());
  }

  private static double common(Value x, List<Integer> axes, List<Integer> sizes, String policy) {
    double common = policy.equals("not_larger") ? Double.POSITIVE_INFINITY : 0;
    for (int i = 0; i < sizes.size(); i++) {
      double scale = (double) sizes.get(i) / x.dim(x.shape().axis(axes.get(i)));
      common = policy.equals("not_larger") ? Math.min(common, scale) : Math.max(common, scale);
    }
    return common;
  }

  private static Value resize(
      Call c, Value x, int axis, Axis how, String mode, String coordinates, String nearest) {
    boolean crops = coordinates.equals("tf_crop_and_resize");
    if (how.in() == how.out() && how.scale() == 1 && !crops) return x;
    OnnxException.check(how.in() > 0, "axis %d of %s is empty", axis, x.type());
    double outside = c.attributes().number("extrapolation_value", 0);
    boolean antialias = c.attributes().flag("antialias", false);
    Call.affordable((long) how.out() * how.in());
    var beyond = new boolean[how.out()];
    var weights = new double[how.out()][how.in()];
    for (int i = 0; i < how.out(); i++) {
      double at = source(i, how, coordinates);
      beyond[i] = crops && (at < 0 || at > how.in() - 1);
      switch (mode) {
        case "nearest" -> weights[i][Math.clamp(nearest(at, nearest), 0, how.in() - 1)] = 1;
        case "linear", "bilinear", "trilinear" ->
            spread(c, weights[i], at, how, 1, antialias, (d) -> Math.max(0, 1 - d));
        case "cubic" -> {
          double a = c.attributes().number("cubic_coeff_a", -0.75);
          spread(c, weights[i], at, how, 2, antialias, (d) -> cubic(d, a));
        }
        default -> throw OnnxException.of("mode %s is not one of nearest, linear, cubic", mode);
      }
    }
    var y = mode.equals("nearest") ? picked(c, x, axis, weights) : weighted(c, x, axis, weights);
    return crops ? masked(c, y, axis, beyond, outside) : y;
  }

  private static Value masked(Call c, Value y, int axis, boolean[] beyond, double outside) {
    var dims = new ArrayList<>(Ints.repeat(1, y.rank()));
    dims.set(axis, beyond.length);
    var type = new TensorType(DType.BOOL, new Shape(dims));
    var mask = c.constant(NdArray.ofLongs(type, (int i) -> beyond[i] ? 1 : 0));
    return mask.select(y.scalar(outside), y);
  }

  /// The coordinate in the operand of index `i` of the result.
  private static double source(int i, Axis how, String coordinates) {
    double scale = how.scale();
    return switch (coordinates) {
      case "half_pixel" -> quotient(i + 0.5, scale) - 0.5;
      case "half_pixel_symmetric" -> {
        double adjusted = how.out() / (scale * how.in());
        yield how.in() / 2.0 * (1 - adjusted) + (i + 0.5) / scale - 0.5;
      }
      case "pytorch_half_pixel" -> how.out() > 1 ? quotient(i + 0.5, scale) - 0.5 : 0;
      case "align_corners" ->
          how.out() == 1 ? 0 : i * (how.in() - 1.0) / Math.max(1, how.in() * scale - 1);
      case "asymmetric" -> quotient(i, scale);
      case "tf_half_pixel_for_nn" -> quotient(i + 0.5, scale);
      case "tf_crop_and_resize" ->
          how.out() > 1
              ? how.from() * (how.in() - 1)
                  + i * (how.to() - how.from()) * (how.in() - 1) / (how.out() - 1)
              : 0.5 * (how.from() + how.to()) * (how.in() - 1);
      default -> throw OnnxException.of("no coordinate_transformation_mode %s", coordinates);
    };
  }

  /// In `f32`, as PyTorch and ONNX Runtime: there 3 by a scale of 0.6 is 5, not a little less.
  private static double quotient(double i, double scale) {
    return (float) (i / scale);
  }

  private static int nearest(double at, String mode) {
    return switch (mode) {
      case "round_prefer_floor" -> (int) Math.ceil(at - 0.5);
      case "round_prefer_ceil" -> (int) Math.floor(at + 0.5);
      case "floor" -> (int) Math.floor(at);
      case "ceil" -> (int) Math.ceil(at);
      default -> throw OnnxException.of("no nearest_mode %s", mode);
    };
  }

  private interface Kernel {
    double at(double distance);
  }

  /// Keys' kernel (1981).
  private static double cubic(double d, double a) {
    if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
  }

  /// Weights of the elements within the kernel's reach; those beyond the border count for the
  /// border's element or, if excluded, not at all. Anti-aliasing stretches the kernel when
  /// shrinking.
  private static void spread(
      Call c, double[] weights, double at, Axis how, int reach, boolean antialias, Kernel kernel) {
    double stretch = antialias ? Math.max(1, 1 / how.scale()) : 1;
    boolean exclude = c.attributes().flag("exclude_outside", false);
    int low = (int) Math.floor(at - reach * stretch) - 1;
    int high = (int) Math.ceil(at + reach * stretch) + 1;
    Call.affordable((long) high - low);
    double total = 0;
    for (int j = low; j <= high; j++) {
      double weight = kernel.at(Math.abs(j - at) / stretch);
      boolean isOutside = j < 0 || j >= how.in();
      if (exclude && isOutside) continue;
      weights[Math.clamp(j, 0, how.in() - 1)] += weight;
      total += weight;
    }
    for (int j = 0; j < weights.length && total != 0; j++) weights[j] /= total;
  }

  private static Value picked(Call c, Value x, int axis, double[][] weights) {
    var indices = new ArrayList<Integer>();
    for (double[] row : weights) {
      int at = 0;
      while (row[at] == 0) at++;
      indices.add(at);
    }
    return x.take(c.vector(indices), axis);
  }

  /// In `f32` at least, which narrower elements stay between the axes.
  private static Value weighted(Call c, Value x, int axis, double[][] weights) {
    var dtype = x.dtype() == DType.F64 ? DType.F64 : DType.F32;
    int in = x.dim(axis);
    var type = TensorType.of(dtype, in, weights.length);
    var matrix = c.constant(NdArray.of(type, i -> weights[i % weights.length][i / weights.length]));
    var last = x.cast(dtype).swapAxes(axis, -1);
    if (last.rank() == 1) return last.expandDims(0).matmul(matrix).squeeze(0);
    return last.matmul(matrix).swapAxes(axis, -1);
  }
}
