package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Operators that take tensors apart and put them together at known places.
final class PartOps {
  private PartOps() {}

  static void register(Registry r) {
    r.any("Concat", PartOps::concat);
    r.many("Split", PartOps::split);
    r.one("Slice", PartOps::slice);
    r.one("Tile", PartOps::tile);
    r.one("Pad", PartOps::pad);
    r.one("CenterCropPad", PartOps::centerCropPad);
    r.one("ReverseSequence", PartOps::reverseSequence);
  }

  private static List<OnnxValue> concat(Call c) {
    int axis = c.axis(c.in(0), c.opset() < 4 ? 1 : 0);
    return List.of(c.tensor(Value.concat(axis, c.rest(0))));
  }

  private static List<Value> split(Call c) {
    var x = c.in(0);
    int axis = c.axis(x, 0);
    int dim = x.dim(axis);
    int parts = c.attributes().integer("num_outputs", c.outputs());
    OnnxException.check(parts <= c.outputs(), "%d parts for %d outputs", parts, c.outputs());
    int size = Math.ceilDiv(dim, Math.max(1, parts));
    var sizes = c.ints(1, "split").orElse(Ints.repeat(size, parts));
    OnnxException.check(
        !c.has(1) && !c.attributes().has("split")
            || Ints.sum(sizes) == dim && Collections.min(sizes) >= 0,
        "the sizes %s do not add up to dimension %d of %s",
        sizes,
        dim,
        x.type());
    var outputs = new ArrayList<Value>();
    int from = 0;
    for (int part : sizes) {
      int to = Math.min(from + part, dim);
      outputs.add(x.slice(axis, from, Math.max(from, to)));
      from = to;
    }
    return outputs;
  }

  /// One entry for each axis: starts and ends are clamped to it, negative ones count from its end.
  private static Value slice(Call c) {
    var x = c.in(0);
    boolean inputs = c.opset() >= 10;
    var starts = inputs ? c.ints(1) : c.attributes().ints("starts", List.of());
    var ends = inputs ? c.ints(2) : c.attributes().ints("ends", List.of());
    var given =
        inputs && c.has(3) ? c.ints(3) : c.attributes().ints("axes", Ints.range(0, starts.size()));
    var steps = c.has(4) ? c.ints(4) : Ints.repeat(1, starts.size());
    OnnxException.check(
        starts.size() == ends.size()
            && given.size() >= starts.size()
            && steps.size() >= starts.size(),
        "starts %s, ends %s, axes %s and steps %s differ in length",
        starts,
        ends,
        given,
        steps);
    for (int i = 0; i < starts.size(); i++) {
      x = slice(x, x.shape().axis(given.get(i)), starts.get(i), ends.get(i), steps.get(i));
    }
    return x;
  }

  static Value slice(Value x, int axis, long start, long end, int step) {
    int dim = x.dim(axis);
    OnnxException.check(step != 0, "a step of 0 along axis %d", axis);
    if (step > 0) {
      int from = Math.clamp(start < 0 ? start + dim : start, 0, dim);
      int to = Math.clamp(end < 0 ? end + dim : end, from, dim);
      return sliced(x, axis, from, to, step);
    }
    // A start before the first element is the first one; NumPy has none there.
    int from = Math.clamp(start < 0 ? start + dim : start, Math.min(0, dim - 1), dim - 1);
    int to = Math.clamp(end < 0 ? end + dim : end, -1, from);
    // Reversed, element i stands at dim - 1 - i.
    long stride = -(long) step;
    return sliced(x.reverse(axis), axis, dim - 1 - from, dim - 1 - to, Ints.saturate(stride));
  }

  /// As [Value#slice], where a limit of 0 means what it says.
  private static Value sliced(Value x, int axis, int from, int to, int step) {
    var starts = new ArrayList<>(Ints.repeat(0, x.rank()));
    var limits = new ArrayList<>(x.shape().dims());
    var strides = new ArrayList<>(Ints.repeat(1, x.rank()));
    starts.set(axis, from);
    limits.set(axis, to);
    strides.set(axis, step);
    return x.apply(new Slice(starts, limits, strides));
  }

  private static Value tile(Call c) {
    var x = c.in(0);
    if (c.opset() >= 6) return tile(x, c.ints(1));
    // One number of tiles along one axis.
    var repeats = new ArrayList<>(Ints.repeat(1, x.rank()));
    repeats.set(x.shape().axis((int) c.number(2)), (int) c.number(1));
    return tile(x, repeats);
  }

  /// Each axis under a new one that is stretched, then both as one.
  static Value tile(Value x, List<Integer> repeats) {
    OnnxException.check(repeats.size() == x.rank(), "repeats %s for %s", repeats, x.type());
    var split = new ArrayList<Integer>();
    var stretched = new ArrayList<Integer>();
    var joined = new ArrayList<Integer>();
    for (int axis = 0; axis < x.rank(); axis++) {
      split.add(1);
      split.add(x.dim(axis));
      stretched.add(repeats.get(axis));
      stretched.add(x.dim(axis));
      joined.add(Math.multiplyExact(repeats.get(axis), x.dim(axis)));
    }
    return x.reshape(new Shape(split)).broadcastTo(new Shape(stretched)).reshape(new Shape(joined));
  }

  private static Value pad(Call c) {
    var x = c.in(0);
    var pads =
        c.opset() >= 11
            ? c.ints(1)
            : c.attributes()
                .ints("pads")
                .orElseGet(() -> c.attributes().ints("paddings", List.of()));
    double value = c.opset() < 11 ? c.attributes().number("value", 0) : c.has(2) ? c.number(2) : 0;
    var axes = c.has(3) ? c.ints(3) : Ints.range(0, x.rank());
    int count = axes.size();
    OnnxException.check(pads.size() == 2 * count, "pads %s for the axes %s", pads, axes);
    String mode = c.attributes().text("mode", "constant");
    for (int i = 0; i < count; i++) {
      int axis = x.shape().axis(axes.get(i));
      x = pad(x, axis, pads.get(i), pads.get(i + count), mode, value);
    }
    return x;
  }

  /// Negative amounts cut off.
  static Value pad(Value x, int axis, int low, int high, String mode, double value) {
    if (low < 0 || high < 0) {
      int from = Math.max(0, -low);
      int to = x.dim(axis) - Math.max(0, -high);
      x = sliced(x, axis, from, to, 1);
    }
    int before = Math.max(low, 0);
    int after = Math.max(high, 0);
    if (before == 0 && after == 0) return x;
    if (mode.equals("constant")) return constantPad(x, axis, before, after, value);
    int dim = x.dim(axis);
    OnnxException.check(dim > 0, "%s cannot pad by %s: axis %d is empty", x.type(), mode, axis);
    var from = TensorType.of(DType.I64, Call.affordable((long) before + dim + after));
    var indices = NdArray.ofLongs(from, (int i) -> source(mode, i - before, dim));
    return x.take(Value.constant(x.builder(), Literal.of(indices)), axis);
  }

  private static Value constantPad(Value x, int axis, int low, int high, double value) {
    var lows = new ArrayList<>(Ints.repeat(0, x.rank()));
    var highs = new ArrayList<>(lows);
    lows.set(axis, low);
    highs.set(axis, high);
    return x.apply(new Pad(lows, highs, Ints.repeat(0, x.rank()), value));
  }

  private static int source(String mode, int at, int dim) {
    return switch (mode) {
      case "edge" -> Math.clamp(at, 0, dim - 1);
      case "wrap" -> Math.floorMod(at, dim);
      case "reflect" -> {
        if (dim == 1) yield 0;
        int period = 2 * (dim - 1);
        int folded = Math.floorMod(at, period);
        yield folded < dim ? folded : period - folded;
      }
      default ->
          throw OnnxException.of("mode %s is not one of constant, edge, reflect, wrap", mode);
    };
  }

  private static Value centerCropPad(Call c) {
    var x = c.in(0);
    var target = c.ints(1);
    var axes = c.attributes().ints("axes", Ints.range(0, x.rank()));
    for (int i = 0; i < axes.size(); i++) {
      int axis = x.shape().axis(axes.get(i));
      int difference = target.get(i) - x.dim(axis);
      int low = difference / 2;
      if (difference < 0) low = -((-difference) / 2);
      x = pad(x, axis, low, difference - low, "constant", 0);
    }
    return x;
  }

  /// The first `lengths[b]` elements along the time axis in reverse order.
  private static Value reverseSequence(Call c) {
    var x = c.in(0);
    int time = c.attributes().integer("time_axis", 0);
    int batch = c.attributes().integer("batch_axis", 1);
    var type = new TensorType(DType.I64, x.shape());
    var at = c.iota(type, time);
    var dims = new ArrayList<>(Ints.repeat(1, x.rank()));
    dims.set(batch, x.dim(batch));
    var length = c.in(1).cast(DType.I64).reshape(new Shape(dims));
    var mirrored = at.neg().add(length).sub(1);
    return x.takeAlong(at.lt(length).select(mirrored, at), time);
  }
}
