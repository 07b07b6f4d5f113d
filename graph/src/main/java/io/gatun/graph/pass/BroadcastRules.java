package io.gatun.graph.pass;

import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Moves work from broadcast arrays to the small arrays they come from.
final class BroadcastRules {
  private BroadcastRules() {}

  static Optional<Node> broadcast(Simplifier to, Broadcast broadcast, Node x) {
    var shape = broadcast.shape();
    if (x.type().shape().equals(shape)) return Optional.of(x);
    if (x.op() instanceof Broadcast) return Optional.of(to.add(broadcast, x.input(0)));
    if (x.op() instanceof Constant && x.type().size() == 1 && x.type().shape().rank() > 0) {
      return Optional.of(to.add(broadcast, scalar(to, x)));
    }
    // Only axes of size 1 were put in front.
    return x.type().size() == shape.size() && shape.size() > 0
        ? Optional.of(to.add(new Reshape(shape), x))
        : Optional.empty();
  }

  /// `f(broadcast a, broadcast b)` as `broadcast f(a, b)` where that computes fewer elements.
  static Optional<Node> elementwise(Simplifier to, Op op, List<Node> operands) {
    for (Node operand : operands) {
      if (!(operand.op() instanceof Broadcast)) return Optional.empty();
    }
    var full = operands.getFirst().type().shape();
    Shape small = Shape.of();
    for (Node operand : operands) {
      small = Shape.broadcast(small, operand.input(0).type().shape());
    }
    // Of no elements, too, a scalar stays one: other rules rely on it that constants fold.
    boolean isScalar = full.size() == 0 && small.rank() == 0;
    if (small.size() >= full.size() && !isScalar) return Optional.empty();
    var sources = new ArrayList<Node>();
    for (Node operand : operands) sources.add(to.add(new Broadcast(small), operand.input(0)));
    return Optional.of(to.add(new Broadcast(full), to.add(op, sources)));
  }

  static Optional<Node> reshape(Simplifier to, Reshape reshape, Node x) {
    return x.op() instanceof Broadcast && x.input(0).type().size() == 1
        ? Optional.of(to.add(new Broadcast(reshape.shape()), scalar(to, x.input(0))))
        : Optional.empty();
  }

  private static Node scalar(Simplifier to, Node x) {
    return to.reshape(x, List.of());
  }

  static Optional<Node> transpose(Simplifier to, Transpose transpose, Node x) {
    if (!(x.op() instanceof Broadcast)) return Optional.empty();
    Node small = to.add(transpose, aligned(to, x));
    var shape = transpose.infer(List.of(x.type())).shape();
    return Optional.of(to.add(new Broadcast(shape), small));
  }

  static Optional<Node> slice(Simplifier to, Slice slice, Node x) {
    if (!(x.op() instanceof Broadcast broadcast)) return Optional.empty();
    var starts = new ArrayList<>(slice.starts());
    var limits = new ArrayList<>(slice.limits());
    var strides = new ArrayList<>(slice.strides());
    for (int axis : broadcast.repeatedAxes(x.input(0).type().shape())) {
      starts.set(axis, 0);
      limits.set(axis, 1);
      strides.set(axis, 1);
    }
    var shape = slice.infer(List.of(x.type())).shape();
    Node small = to.add(new Slice(starts, limits, strides), aligned(to, x));
    return Optional.of(to.add(new Broadcast(shape), small));
  }

  static Optional<Node> reverse(Simplifier to, Reverse reverse, Node x) {
    if (!(x.op() instanceof Broadcast broadcast)) return Optional.empty();
    var axes = new ArrayList<>(reverse.axes());
    axes.removeAll(broadcast.repeatedAxes(x.input(0).type().shape()));
    return Optional.of(to.add(broadcast, to.add(new Reverse(axes), aligned(to, x))));
  }

  /// The operand of a broadcast with the rank of its result.
  static Node aligned(Simplifier to, Node broadcast) {
    Node x = broadcast.input(0);
    int lead = broadcast.type().shape().rank() - x.type().shape().rank();
    var dims = new ArrayList<>(Collections.nCopies(lead, 1));
    dims.addAll(x.type().shape().dims());
    return to.reshape(x, dims);
  }
}
