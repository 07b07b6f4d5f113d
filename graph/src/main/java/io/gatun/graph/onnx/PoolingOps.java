package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Pooling by maximum, mean and p-norm, over windows and over all of the spatial axes.
final class PoolingOps {
  private PoolingOps() {}

  static void register(Registry r) {
    r.many("MaxPool", PoolingOps::max);
    r.one("AveragePool", PoolingOps::average);
    r.one("LpPool", PoolingOps::norm);
    r.one("GlobalMaxPool", c -> c.in(0).maxKeep(spatial(c.in(0))));
    r.one("GlobalAveragePool", c -> c.in(0).meanKeep(spatial(c.in(0))));
    r.one("GlobalLpPool", PoolingOps::globalNorm);
    r.one("MaxUnpool", PoolingOps::maxUnpool);
  }

  private static int[] spatial(Value x) {
    return Ints.array(Ints.range(2, x.rank()));
  }

  private static List<Integer> kernel(Call c) {
    return c.attributes()
        .ints("kernel_shape")
        .orElseThrow(() -> OnnxException.of("wants the attribute kernel_shape"));
  }

  private static List<Value> max(Call c) {
    var x = c.in(0);
    var spatial = Spatial.of(c, x, kernel(c));
    var pooled = Spatial.channelsFirst(Spatial.channelsLast(x).maxPool(spatial.window()));
    return c.gives(1) ? List.of(pooled, positions(c, x, spatial)) : List.of(pooled);
  }

  /// Row-major positions of the maxima in all of `x`, or with the spatial axes in reverse order.
  private static Value positions(Call c, Value x, Spatial spatial) {
    boolean columns = c.attributes().flag("storage_order", false);
    int rank = spatial.size().size();
    var shape = x.shape();
    long[] strides = shape.strides();
    if (columns) {
      long step = 1;
      for (int axis = 2; axis < x.rank(); axis++) {
        strides[axis] = step;
        step *= shape.dim(axis);
      }
    }
    var type = new TensorType(DType.I64, shape);
    var numbers = c.scalar(DType.I64, 0).broadcastTo(shape);
    for (int a = 0; a < x.rank(); a++) numbers = numbers.add(c.iota(type, a).mul(strides[a]));
    var windows = taps(Spatial.channelsLast(x).windows(spatial.window(), least(x)), rank);
    var places = taps(Spatial.channelsLast(numbers).windows(spatial.window(), 0), rank);
    var first = windows.argmax(rank + 1).expandDims(rank + 1);
    return Spatial.channelsFirst(places.takeAlong(first, rank + 1).squeeze(rank + 1));
  }

  private static double least(Value x) {
    return x.dtype().isFloat() ? Double.NEGATIVE_INFINITY : ElementType.of(x.dtype()).least();
  }

  /// `[N, out..., window..., C]` with the window's axes as one.
  private static Value taps(Value windows, int rank) {
    var dims = windows.shape().dims();
    var joined = new ArrayList<>(dims.subList(0, rank + 1));
    joined.add(Ints.product(dims.subList(rank + 1, 2 * rank + 1)));
    joined.add(dims.getLast());
    return windows.reshape(new Shape(joined));
  }

  /// Divides by the number of elements in the window, given padding included if asked for; what
  /// ceiling adds never counts.
  private static Value average(Call c) {
    var x = c.in(0);
    var spatial = Spatial.of(c, x, kernel(c));
    if (!c.attributes().flag("count_include_pad", false)) {
      return Spatial.channelsFirst(Spatial.channelsLast(x).averagePool(spatial.window()));
    }
    int rank = spatial.size().size();
    var padded = Spatial.channelsLast(x);
    var ones = new ArrayList<Integer>(List.of(1));
    for (int i = 0; i < rank; i++) {
      padded = padded.pad(i + 1, spatial.low().get(i), spatial.high().get(i), 0);
      ones.add(padded.dim(i + 1));
    }
    ones.add(1);
    var full = c.scalar(x.dtype(), 1).broadcastTo(new Shape(ones));
    var count = taps(full.windows(spatial.padded(), 0), rank).sum(rank + 1);
    var sum = taps(padded.windows(spatial.padded(), 0), rank).sum(rank + 1);
    return Spatial.channelsFirst(sum.div(count));
  }

  private static double power(Call c) {
    return c.opset() < 2 ? c.attributes().number("p", 2) : c.attributes().integer("p", 2);
  }

  private static Value norm(Call c) {
    var x = c.in(0);
    double p = power(c);
    var spatial = Spatial.of(c, x, kernel(c));
    var windows =
        taps(
            Spatial.channelsLast(powered(x, p)).windows(spatial.window(), 0),
            spatial.size().size());
    return Spatial.channelsFirst(root(windows.sum(spatial.size().size() + 1), p));
  }

  private static Value powered(Value x, double p) {
    return p == 2 ? x.square() : p == 1 ? x.abs() : x.abs().pow(p);
  }

  private static Value root(Value x, double p) {
    return p == 2 ? x.sqrt() : p == 1 ? x : x.pow(1 / p);
  }

  private static Value globalNorm(Call c) {
    double p = power(c);
    return root(powered(c.in(0), p).sumKeep(spatial(c.in(0))), p);
  }

  /// Puts elements where a pooling took them from. The positions are those of the output of the
  /// size that follows from the window; a larger one is asked for by its shape.
  private static Value maxUnpool(Call c) {
    var x = c.in(0);
    var size = kernel(c);
    int rank = size.size();
    var strides = c.attributes().ints("strides", Ints.repeat(1, rank));
    var pads = c.attributes().ints("pads", Ints.repeat(0, 2 * rank));
    var dims = new ArrayList<>(x.shape().dims());
    for (int i = 0; i < rank; i++) {
      int pad = pads.get(i) + pads.get(i + rank);
      dims.set(i + 2, (x.dim(i + 2) - 1) * strides.get(i) + size.get(i) - pad);
    }
    var natural = new Shape(dims);
    var shape = c.has(2) ? new Shape(c.ints(2)) : natural;
    var zeros = c.scalar(x.dtype(), 0).broadcastTo(Math.toIntExact(natural.size()));
    var y = zeros.scatterAdd(c.in(1).reshape(-1), x.reshape(-1), 0).reshape(natural);
    for (int axis = 2; axis < x.rank(); axis++) {
      y = y.pad(axis, 0, shape.dim(axis) - natural.dim(axis), 0);
    }
    return y;
  }
}
