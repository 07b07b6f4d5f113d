package io.gatun.graph.onnx.export;

import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Window;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Sliding windows and convolutions, which ONNX has with channels first.
record WindowWriter(Emitter out, MovementWriter movement) {
  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static List<Integer> join(List<Integer> a, List<Integer> b) {
    var list = new ArrayList<>(a);
    list.addAll(b);
    return list;
  }

  private static List<Integer> first(int rank) {
    return join(List.of(0, rank + 1), range(1, rank + 1));
  }

  private static List<Integer> last(int rank) {
    return join(join(List.of(0), range(2, rank + 2)), List.of(1));
  }

  private static List<Integer> spatial(List<Integer> inner) {
    return join(join(List.of(0), inner), List.of(0));
  }

  /// Each spatial axis by an index for each position and tap.
  String windows(String x, TensorType type, Windows windows) {
    var window = windows.window();
    int rank = window.rank();
    var padded =
        movement.pad(
            x, type.dtype(), spatial(window.padLow()), spatial(window.padHigh()), windows.value());
    for (int i = rank - 1; i >= 0; i--) {
      padded =
          out.add(
              "Gather", List.of(padded, places(window, type, i)), Emitter.integer("axis", i + 1));
    }
    var permutation = new ArrayList<>(List.of(0));
    for (int i = 0; i < rank; i++) permutation.add(1 + 2 * i);
    for (int i = 0; i < rank; i++) permutation.add(2 + 2 * i);
    permutation.add(2 * rank + 1);
    return out.transpose(padded, permutation);
  }

  private static int outputs(Window window, TensorType type, int i) {
    int padded = type.shape().dim(i + 1) + window.padLow().get(i) + window.padHigh().get(i);
    int span = (window.size().get(i) - 1) * window.dilation().get(i) + 1;
    return padded < span ? 0 : (padded - span) / window.stride().get(i) + 1;
  }

  /// `[out, size]` positions along the padded axis.
  private String places(Window window, TensorType type, int i) {
    int size = window.size().get(i);
    int stride = window.stride().get(i);
    int dilation = window.dilation().get(i);
    var places = TensorType.of(DType.I64, outputs(window, type, i), size);
    return out.constant(
        Literal.of(NdArray.ofLongs(places, n -> n / size * stride + n % size * dilation)));
  }

  /// Adds up what windows share: a scatter to positions in the padded operand.
  String fold(String y, TensorType type, FoldWindows fold) {
    var window = fold.window();
    int rank = window.rank();
    var padded = new ArrayList<Integer>();
    for (int i = 0; i < rank; i++) {
      padded.add(fold.shape().dim(i + 1) + window.padLow().get(i) + window.padHigh().get(i));
    }
    var positions = new Shape(type.shape().dims().subList(1, 2 * rank + 1));
    int rows = Math.toIntExact(positions.size());
    int batch = fold.shape().dim(0);
    int channels = fold.shape().dim(rank + 1);
    var grid = new Shape(padded);
    var indices =
        NdArray.ofLongs(
            TensorType.of(DType.I64, rows, 1),
            n -> {
              int[] at = positions.index(n);
              int[] to = new int[rank];
              for (int i = 0; i < rank; i++) {
                to[i] = at[i] * window.stride().get(i) + at[i + rank] * window.dilation().get(i);
              }
              return grid.flat(to);
            });
    var front = join(join(range(1, 2 * rank + 1), List.of(0)), List.of(2 * rank + 1));
    var updates = out.reshape(out.transpose(y, front), List.of(rows, batch * channels));
    var zeros =
        movement.expand(
            out.scalar(type.dtype(), 0), List.of(Math.toIntExact(grid.size()), batch * channels));
    var sum =
        out.add(
            "ScatterND",
            List.of(zeros, out.constant(Literal.of(indices)), updates),
            Emitter.text("reduction", "add"));
    var whole = out.reshape(sum, join(padded, List.of(batch, channels)));
    var limits = new ArrayList<Integer>();
    for (int i = 0; i < rank; i++) limits.add(window.padLow().get(i) + fold.shape().dim(i + 1));
    var cut =
        out.add(
            "Slice",
            whole,
            out.longs(window.padLow()),
            out.longs(limits),
            out.longs(range(0, rank)));
    return out.transpose(cut, join(join(List.of(rank), range(0, rank)), List.of(rank + 1)));
  }

  private static void checkFloat(Op op, Node node) {
    if (!node.type().dtype().isFloat()) {
      throw GraphWriter.unsaid(
          op, "convolves " + node.type().dtype().text() + "; cast the operands to f32");
    }
  }

  /// The filter `[window..., C/g, O]` as `[O, C/g, window...]`.
  private String filter(String w, int rank) {
    return out.transpose(w, join(List.of(rank + 1, rank), range(0, rank)));
  }

  String conv(List<String> in, Node node, Conv conv) {
    checkFloat(conv, node);
    if (conv.window().rank() == 0) return pointwise("Conv", in, node, conv.groups());
    var window = conv.window();
    int rank = window.rank();
    var y =
        out.add(
            "Conv",
            List.of(out.transpose(in.get(0), first(rank)), filter(in.get(1), rank)),
            Emitter.integers("kernel_shape", window.size()),
            Emitter.integers("strides", window.stride()),
            Emitter.integers("dilations", window.dilation()),
            Emitter.integers("pads", join(window.padLow(), window.padHigh())),
            Emitter.integer("group", conv.groups()));
    return out.transpose(y, last(rank));
  }

  /// Without spatial axes, of which ONNX wants one.
  private String pointwise(String operator, List<String> in, Node node, int groups) {
    var x = node.input(0).type().shape().dims();
    var w = node.input(1).type().shape().dims();
    var y =
        out.add(
            operator,
            List.of(
                out.reshape(in.get(0), join(x, List.of(1))),
                out.reshape(filter(in.get(1), 0), List.of(w.get(1), w.get(0), 1))),
            Emitter.integer("group", groups));
    return out.reshape(y, node.type().shape().dims());
  }

  /// ONNX's transposed convolution, cut by the padding and filled up to the operand's shape.
  String transposed(List<String> in, Node node, ConvGradInput conv) {
    checkFloat(conv, node);
    if (conv.window().rank() == 0) return pointwise("ConvTranspose", in, node, conv.groups());
    var window = conv.window();
    int rank = window.rank();
    var ends = new ArrayList<Integer>();
    var missing = new ArrayList<Integer>();
    for (int i = 0; i < rank; i++) {
      int span = (window.size().get(i) - 1) * window.dilation().get(i) + 1;
      int outputs = outputs(window, node.type(), i);
      int full = (outputs - 1) * window.stride().get(i) + span;
      int end = full - window.padLow().get(i) - node.type().shape().dim(i + 1);
      ends.add(Math.max(0, end));
      missing.add(Math.max(0, -end));
    }
    var y =
        out.add(
            "ConvTranspose",
            List.of(out.transpose(in.get(0), first(rank)), filter(in.get(1), rank)),
            Emitter.integers("kernel_shape", window.size()),
            Emitter.integers("strides", window.stride()),
            Emitter.integers("dilations", window.dilation()),
            Emitter.integers("pads", join(window.padLow(), ends)),
            Emitter.integer("group", conv.groups()));
    var none = Collections.nCopies(rank + 2, 0);
    return movement.pad(
        out.transpose(y, last(rank)), node.type().dtype(), none, spatial(missing), 0);
  }
}
