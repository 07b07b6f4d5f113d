package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Window;
import java.util.ArrayList;
import java.util.List;

/// The window of a convolution or pooling: kernel, strides, dilations and paddings from the
/// attributes, one entry for each spatial axis. ONNX has channels first, the graph last.
///
/// @param size of the kernel
/// @param low padding before each axis, as given
/// @param high padding after each axis, as given
/// @param ceil more padding after each axis, so that the last window is complete
record Spatial(
    List<Integer> size,
    List<Integer> strides,
    List<Integer> dilations,
    List<Integer> low,
    List<Integer> high,
    List<Integer> ceil) {
  /// The window of a call over `[N, C, spatial...]`.
  static Spatial of(Call c, Value x, List<Integer> size) {
    int rank = size.size();
    OnnxException.check(x.rank() == rank + 2, "kernel %s does not fit %s", size, x.type());
    var a = c.attributes();
    var strides = a.ints("strides", Ints.repeat(1, rank));
    var dilations = a.ints("dilations", Ints.repeat(1, rank));
    var pads = new ArrayList<>(a.ints("pads", Ints.repeat(0, 2 * rank)));
    OnnxException.check(
        strides.size() == rank && dilations.size() == rank && pads.size() == 2 * rank,
        "strides %s, dilations %s and pads %s do not fit the kernel %s",
        strides,
        dilations,
        pads,
        size);
    OnnxException.check(
        strides.stream().allMatch(s -> s > 0) && dilations.stream().allMatch(d -> d > 0),
        "strides %s and dilations %s must be positive",
        strides,
        dilations);
    String auto = a.text("auto_pad", "NOTSET");
    var ceil = new ArrayList<Integer>();
    for (int i = 0; i < rank; i++) {
      int in = x.dim(i + 2);
      int span = (size.get(i) - 1) * dilations.get(i) + 1;
      int stride = strides.get(i);
      if (auto.startsWith("SAME")) {
        int total = Math.max(0, (Math.ceilDiv(in, stride) - 1) * stride + span - in);
        int less = total / 2;
        pads.set(i, auto.equals("SAME_UPPER") ? less : total - less);
        pads.set(i + rank, auto.equals("SAME_UPPER") ? total - less : less);
      } else if (auto.equals("VALID")) {
        pads.set(i, 0);
        pads.set(i + rank, 0);
      }
      ceil.add(
          a.flag("ceil_mode", false)
              ? extra(in, pads.get(i), pads.get(i + rank), span, stride)
              : 0);
    }
    return new Spatial(
        size, strides, dilations, pads.subList(0, rank), pads.subList(rank, 2 * rank), ceil);
  }

  /// Padding that a last, incomplete window wants; none where it would begin beyond the operand.
  private static int extra(int in, int low, int high, int span, int stride) {
    int room = in + low + high - span;
    int missing = Math.floorMod(-room, stride);
    int start = room + missing;
    return missing == 0 || start >= in + low ? 0 : missing;
  }

  Window window() {
    var after = new ArrayList<Integer>();
    for (int i = 0; i < high.size(); i++) after.add(high.get(i) + ceil.get(i));
    return new Window(size, strides, dilations, low, after);
  }

  /// The window over an operand to which the given padding has been added.
  Window padded() {
    return new Window(size, strides, dilations, Ints.repeat(0, size.size()), ceil);
  }

  /// `[N, C, spatial...]` as `[N, spatial..., C]`.
  static Value channelsLast(Value x) {
    var axes = new ArrayList<>(List.of(0));
    axes.addAll(Ints.range(2, x.rank()));
    axes.add(1);
    return x.permute(Ints.array(axes));
  }

  /// `[N, spatial..., C]` as `[N, C, spatial...]`.
  static Value channelsFirst(Value x) {
    var axes = new ArrayList<>(List.of(0, x.rank() - 1));
    axes.addAll(Ints.range(1, x.rank() - 1));
    return x.permute(Ints.array(axes));
  }
}
