package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Window;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// Convolutions and their transposes, over any number of spatial axes.
final class ConvolutionOps {
  private ConvolutionOps() {}

  static void register(Registry r) {
    r.one("Conv", c -> biased(c, convolve(c, c.in(0), c.in(1)), 2));
    r.one("ConvTranspose", c -> biased(c, transposed(c), 2));
  }

  /// `[N, C, s...]` with the filter `[O, C/groups, window...]`, without a bias.
  static Value convolve(Call c, Value x, Value w) {
    var size = w.shape().dims().subList(2, w.rank());
    checkKernel(c, size);
    var axes = new ArrayList<>(Ints.range(2, w.rank()));
    axes.addAll(List.of(1, 0));
    var filter = w.permute(Ints.array(axes));
    var window = Spatial.of(c, x, size).window();
    int groups = c.attributes().integer("group", 1);
    return Spatial.channelsFirst(Spatial.channelsLast(x).conv(filter, window, groups));
  }

  /// A kernel that is given must be that of the filter.
  static void checkKernel(Call c, List<Integer> size) {
    var given = c.attributes().ints("kernel_shape", size);
    OnnxException.check(
        given.equals(size), "kernel_shape %s differs from the filter's %s", given, size);
  }

  private static Value biased(Call c, Value y, int input) {
    return c.has(input) ? y.add(perChannel(c.in(input), y.rank())) : y;
  }

  /// `[C]` as `[C, 1, ...]`, which broadcasts to `[N, C, s...]`.
  static Value perChannel(Value x, int rank) {
    return x.reshape(new Shape(Ints.join(List.of(x.dim(0)), Ints.repeat(1, rank - 2))));
  }

  /// With the filter `[C, O/groups, window...]`: the operand spread by the strides is convolved
  /// with the mirrored filter.
  private static Value transposed(Call c) {
    var x = c.in(0);
    var w = c.in(1);
    int rank = w.rank() - 2;
    var a = c.attributes();
    int groups = a.integer("group", 1);
    var size = w.shape().dims().subList(2, w.rank());
    checkKernel(c, size);
    var strides = a.ints("strides", Ints.repeat(1, rank));
    var dilations = a.ints("dilations", Ints.repeat(1, rank));
    var more = a.ints("output_padding", Ints.repeat(0, rank));
    var pads = transposedPads(c, x, size, strides, dilations, more);
    var spread = Spatial.channelsLast(x);
    var interior = new ArrayList<>(Ints.repeat(0, rank + 2));
    for (int i = 0; i < rank; i++) interior.set(i + 1, strides.get(i) - 1);
    var none = Ints.repeat(0, rank + 2);
    spread = spread.apply(new Pad(none, none, interior, 0));
    for (int i = 0; i < rank; i++) {
      int reach = (size.get(i) - 1) * dilations.get(i);
      spread =
          PartOps.pad(
              spread,
              i + 1,
              reach - pads.get(i),
              reach - pads.get(i + rank) + more.get(i),
              "constant",
              0);
    }
    var zeros = Ints.repeat(0, rank);
    var window = new Window(size, Ints.repeat(1, rank), dilations, zeros, zeros);
    return Spatial.channelsFirst(spread.conv(mirrored(w, groups), window, groups));
  }

  private static List<Integer> transposedPads(
      Call c,
      Value x,
      List<Integer> size,
      List<Integer> strides,
      List<Integer> dilations,
      List<Integer> more) {
    int rank = size.size();
    var a = c.attributes();
    var pads = new ArrayList<>(a.ints("pads", Ints.repeat(0, 2 * rank)));
    String auto = a.text("auto_pad", "NOTSET");
    var shape = a.ints("output_shape", List.of());
    for (int i = 0; i < rank; i++) {
      int span = (size.get(i) - 1) * dilations.get(i) + 1;
      int full = strides.get(i) * (x.dim(i + 2) - 1) + more.get(i) + span;
      boolean same = auto.startsWith("SAME");
      if (shape.isEmpty() && !same) continue;
      int want =
          shape.isEmpty() ? x.dim(i + 2) * strides.get(i) : shape.get(shape.size() - rank + i);
      int total = full - want;
      int less = Math.floorDiv(total, 2);
      boolean upper = auto.equals("SAME_UPPER");
      pads.set(i, upper ? less : total - less);
      pads.set(i + rank, upper ? total - less : less);
    }
    return pads;
  }

  /// `[C, O/g, window...]` as `[window..., C/g, O]`, mirrored along the window.
  private static Value mirrored(Value w, int groups) {
    int rank = w.rank() - 2;
    var dims = new ArrayList<>(w.shape().dims());
    dims.set(0, w.dim(0) / groups);
    dims.addFirst(groups);
    var axes = new ArrayList<>(Ints.range(3, w.rank() + 1));
    axes.addAll(List.of(1, 0, 2));
    var filter = w.reshape(new Shape(dims)).permute(Ints.array(axes));
    var joined = new ArrayList<>(filter.shape().dims().subList(0, rank + 1));
    joined.add(groups * w.dim(1));
    var result = filter.reshape(new Shape(joined));
    return rank == 0 ? result : result.reverse(Ints.array(Ints.range(0, rank)));
  }
}
