package io.gatun.graph.onnx.export;

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
import java.util.stream.IntStream;

/// What moves elements and computes none.
record MovementWriter(Emitter out) {
  String expand(String x, List<Integer> dims) {
    return out.add("Expand", x, out.longs(dims));
  }

  /// One axis as a constant, repeated along the others.
  String iota(TensorType type, int axis) {
    int rank = type.shape().rank();
    var dims = new ArrayList<>(Collections.nCopies(rank, 1));
    dims.set(axis, type.shape().dim(axis));
    var numbers =
        type.dtype().isFloat()
            ? NdArray.of(type.with(new Shape(dims)), i -> i)
            : NdArray.ofLongs(type.with(new Shape(dims)), i -> i);
    var line = out.constant(Literal.of(numbers));
    return dims.equals(type.shape().dims()) ? line : expand(line, type.shape().dims());
  }

  String slice(String x, Slice slice) {
    var axes = IntStream.range(0, slice.starts().size()).boxed().toList();
    return slice(x, slice.starts(), slice.limits(), axes, slice.strides());
  }

  private String slice(
      String x,
      List<Integer> starts,
      List<Integer> limits,
      List<Integer> axes,
      List<Integer> strides) {
    if (axes.isEmpty()) return x;
    return out.add(
        "Slice", x, out.longs(starts), out.longs(limits), out.longs(axes), out.longs(strides));
  }

  String reverse(String x, List<Integer> axes) {
    int count = axes.size();
    return slice(
        x,
        Collections.nCopies(count, -1),
        Collections.nCopies(count, Integer.MIN_VALUE),
        axes,
        Collections.nCopies(count, -1));
  }

  /// Interior padding is a padding of each element that has become an axis of its own.
  String pad(String x, TensorType type, Pad pad) {
    var dims = new ArrayList<>(type.shape().dims());
    String spread = x;
    for (int axis = 0; axis < dims.size(); axis++) {
      int between = pad.interior().get(axis);
      if (between == 0 || dims.get(axis) < 2) continue;
      var split = new ArrayList<>(dims);
      split.add(axis + 1, 1);
      var high = new ArrayList<>(Collections.nCopies(split.size(), 0));
      high.set(axis + 1, between);
      var none = Collections.nCopies(split.size(), 0);
      spread = pad(out.reshape(spread, split), type.dtype(), none, high, pad.value());
      int size = dims.get(axis) * (between + 1);
      dims.set(axis, size);
      spread = out.reshape(spread, dims);
      dims.set(axis, size - between);
      spread = slice(spread, List.of(0), List.of(size - between), List.of(axis), List.of(1));
    }
    return pad(spread, type.dtype(), pad.low(), pad.high(), pad.value());
  }

  /// Elements of `value`, saturated to the type, before and after each axis.
  String pad(String x, DType dtype, List<Integer> low, List<Integer> high, double value) {
    if (low.stream().allMatch(n -> n == 0) && high.stream().allMatch(n -> n == 0)) return x;
    var pads = new ArrayList<>(low);
    pads.addAll(high);
    // Runtimes pad few types; saturation has to be that of the narrow one.
    boolean narrow = dtype == DType.I16 || dtype == DType.BOOL;
    double filling = dtype.isFloat() ? value : dtype.saturate(value);
    var filler =
        narrow || dtype.isFloat()
            ? out.scalar(narrow ? DType.I32 : dtype, filling)
            : out.constant(
                Literal.of(NdArray.ofLongs(TensorType.of(dtype), _ -> dtype.saturate(value))));
    var padded = out.add("Pad", narrow ? out.cast(x, DType.I32) : x, out.longs(pads), filler);
    return narrow ? out.cast(padded, dtype) : padded;
  }
}
