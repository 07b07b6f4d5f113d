package io.gatun.graph.ir;

import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// A sliding window over the spatial axes of a channels-last tensor `[N, s..., C]`: one entry per
/// spatial axis in each list. Padding is virtual; dilation spreads the window's own elements.
public record Window(
    List<Integer> size,
    List<Integer> stride,
    List<Integer> dilation,
    List<Integer> padLow,
    List<Integer> padHigh) {
  public Window {
    size = List.copyOf(size);
    stride = List.copyOf(stride);
    dilation = List.copyOf(dilation);
    padLow = List.copyOf(padLow);
    padHigh = List.copyOf(padHigh);
    int rank = size.size();
    GraphException.check(
        List.of(stride, dilation, padLow, padHigh).stream().allMatch(l -> l.size() == rank),
        "window: size, stride, dilation and padding need %d entries each",
        rank);
    GraphException.check(
        size.stream().allMatch(v -> v > 0)
            && stride.stream().allMatch(v -> v > 0)
            && dilation.stream().allMatch(v -> v > 0)
            && padLow.stream().allMatch(v -> v >= 0)
            && padHigh.stream().allMatch(v -> v >= 0),
        "window: size, stride and dilation must be positive, padding not negative");
  }

  /// A window of this size with stride and dilation 1 and no padding.
  public static Window of(int... size) {
    var ones = Collections.nCopies(size.length, 1);
    var zeros = Collections.nCopies(size.length, 0);
    var sizes = Arrays.stream(size).boxed().toList();
    return new Window(sizes, ones, ones, zeros, zeros);
  }

  public Window withStride(int... stride) {
    var strides = Arrays.stream(stride).boxed().toList();
    return new Window(size, strides, dilation, padLow, padHigh);
  }

  public Window withDilation(int... dilation) {
    var dilations = Arrays.stream(dilation).boxed().toList();
    return new Window(size, stride, dilations, padLow, padHigh);
  }

  public Window withPadding(List<Integer> low, List<Integer> high) {
    return new Window(size, stride, dilation, low, high);
  }

  /// Padded so that stride 1 keeps the spatial size and stride `s` gives `ceil(size / s)`, the odd
  /// element after: "same" padding of TensorFlow.
  public Window samePadding(Shape x) {
    var low = new ArrayList<Integer>();
    var high = new ArrayList<Integer>();
    for (int axis = 0; axis < rank(); axis++) {
      int in = x.dim(axis + 1);
      int out = (in + stride.get(axis) - 1) / stride.get(axis);
      int total = Math.max(0, (out - 1) * stride.get(axis) + span(axis) - in);
      low.add(total / 2);
      high.add(total - total / 2);
    }
    return withPadding(low, high);
  }

  /// Number of spatial axes.
  public int rank() {
    return size.size();
  }

  /// Number of elements in the window.
  public int taps() {
    return size.stream().reduce(1, (a, b) -> a * b);
  }

  /// Extent of the dilated window along a spatial axis.
  public int span(int axis) {
    return (size.get(axis) - 1) * dilation.get(axis) + 1;
  }

  /// Spatial dimensions of the result over `x: [N, s..., C]`.
  ///
  /// @throws GraphException when `x` has another rank or the window does not fit
  List<Integer> outputDims(String op, TensorType x) {
    GraphException.check(
        x.shape().rank() == rank() + 2,
        "%s: wants rank %d [N, spatial, C], got %s",
        op,
        rank() + 2,
        x);
    var dims = new ArrayList<Integer>();
    for (int axis = 0; axis < rank(); axis++) {
      long span = (size.get(axis) - 1L) * dilation.get(axis) + 1;
      long room = (long) x.shape().dim(axis + 1) + padLow.get(axis) + padHigh.get(axis) - span;
      GraphException.check(room >= 0, "%s: window does not fit into %s", op, x);
      long count = room / stride.get(axis) + 1;
      GraphException.check(count <= Integer.MAX_VALUE, "%s: too many windows on %s", op, x);
      dims.add((int) count);
    }
    return dims;
  }

  /// Row-major position in `x` of window element `[n, out..., tap..., c]`; -1 in the padding.
  int source(Shape x, int[] index) {
    int[] from = new int[x.rank()];
    from[0] = index[0];
    from[rank() + 1] = index[index.length - 1];
    for (int axis = 0; axis < rank(); axis++) {
      int at =
          index[1 + axis] * stride.get(axis)
              + index[1 + rank() + axis] * dilation.get(axis)
              - padLow.get(axis);
      if (at < 0 || at >= x.dim(axis + 1)) return -1;
      from[axis + 1] = at;
    }
    return x.flat(from);
  }

  /// Attributes as printed.
  String text() {
    return "size="
        + Indexed.list(size)
        + " stride="
        + Indexed.list(stride)
        + " dilation="
        + Indexed.list(dilation)
        + " low="
        + Indexed.list(padLow)
        + " high="
        + Indexed.list(padHigh);
  }
}
