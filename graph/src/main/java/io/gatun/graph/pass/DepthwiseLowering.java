package io.gatun.graph.pass;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Depthwise convolutions, where each of `C` channels makes `m` outputs of its own, as products
/// with the broadcast filter summed over the window: loops, since the matrix of one group would
/// have few columns and rows of one channel. Products have axes `[N, out..., window..., C, m]`.
record DepthwiseLowering(Simplifier to, int channels) {
  /// More outputs a channel than this are better as matrix products.
  private static final int MOST_OUTPUTS = 4;

  /// Whether a convolution with this filter `[window..., C/groups, O]` is depthwise.
  static boolean applies(int groups, Shape filter) {
    int rank = filter.rank() - 2;
    int outputs = filter.dim(rank + 1) / groups;
    return groups > 1 && filter.dim(rank) == 1 && outputs > 0 && outputs <= MOST_OUTPUTS;
  }

  /// `y` of `shape = [N, out..., C*m]` from windows `[N, out..., window..., C]` of `x`.
  Node convolution(Node windows, Node w, Shape shape) {
    int rank = shape.rank() - 2;
    Node product = product(each(windows), filter(w));
    return to.reshape(sum(product, range(rank + 1, 2 * rank + 1)), shape.dims());
  }

  /// `dw` of `shape = [window..., 1, C*m]` from windows `[N, out..., window..., C]` of `x`.
  Node filterGradient(Node windows, Node dy, Shape shape) {
    int rank = shape.rank() - 2;
    Node product = product(each(windows), outputs(dy));
    return to.reshape(sum(product, range(0, rank + 1)), shape.dims());
  }

  /// `dx[N, s..., C]` from windows `[N, s..., window..., C*m]` of `dy`, see [AdjointWindows].
  Node inputGradient(Node windows, Node w) {
    int rank = w.type().shape().rank() - 2;
    Node flipped = to.add(new Reverse(range(0, rank)), filter(w));
    var axes = new ArrayList<>(range(rank + 1, 2 * rank + 1));
    axes.add(2 * rank + 2);
    return sum(product(split(windows), flipped), axes);
  }

  /// What each output adds to its window: `[N, out..., window..., C]`.
  Node spread(Node dy, Node w) {
    int rank = w.type().shape().rank() - 2;
    return sum(product(outputs(dy), filter(w)), List.of(2 * rank + 2));
  }

  private Node product(Node a, Node b) {
    var shape = Shape.broadcast(a.type().shape(), b.type().shape());
    return to.add(
        new Binary(Binary.Kind.MUL),
        to.add(new Broadcast(shape), a),
        to.add(new Broadcast(shape), b));
  }

  private Node sum(Node x, List<Integer> axes) {
    return to.add(new Reduce(Reduce.Kind.SUM, axes, false), x);
  }

  /// `[..., C]` as `[..., C, 1]`
  private Node each(Node x) {
    var dims = new ArrayList<>(x.type().shape().dims());
    dims.add(1);
    return to.reshape(x, dims);
  }

  /// `[..., C*m]` as `[..., C, m]`
  private Node split(Node x) {
    return to.reshape(x, splitDims(x));
  }

  private List<Integer> splitDims(Node x) {
    var dims = new ArrayList<>(x.type().shape().dims());
    int all = dims.removeLast();
    dims.add(channels);
    dims.add(all / channels);
    return dims;
  }

  /// Filter `[window..., 1, C*m]` as `[window..., C, m]`.
  private Node filter(Node w) {
    var dims = new ArrayList<>(splitDims(w));
    dims.remove(w.type().shape().rank() - 2);
    return to.reshape(w, dims);
  }

  /// Outputs `[N, out..., C*m]` as `[N, out..., 1..., C, m]`.
  private Node outputs(Node y) {
    int rank = y.type().shape().rank() - 2;
    var dims = new ArrayList<>(splitDims(y));
    dims.addAll(rank + 1, Collections.nCopies(rank, 1));
    return to.reshape(y, dims);
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }
}
