package io.gatun.graph.pass;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import java.util.List;
import java.util.Optional;

/// Reductions over nothing, over axes of size 1, and over repeated elements.
final class ReduceRules {
  private ReduceRules() {}

  static Optional<Node> reduce(Simplifier to, Reduce reduce, Node x) {
    var shape = reduce.infer(List.of(x.type())).shape();
    var axes = reduce.axes().stream().filter(axis -> x.type().shape().dim(axis) != 1).toList();
    return switch (reduce.kind()) {
      case ARGMAX, ARGMIN ->
          axes.isEmpty() ? Optional.of(to.splat(DType.I32, 0, shape)) : Optional.empty();
      case SUM, PROD, MAX, MIN -> {
        if (axes.size() < reduce.axes().size() || axes.isEmpty()) {
          Node rest = axes.isEmpty() ? x : to.add(new Reduce(reduce.kind(), axes, true), x);
          yield Optional.of(to.reshape(rest, shape.dims()));
        }
        yield x.op() instanceof Broadcast broadcast
            ? repeated(to, reduce, broadcast, x, shape)
            : Optional.empty();
      }
    };
  }

  /// Along a repeated axis the maximum is the element, the sum the element times the count.
  private static Optional<Node> repeated(
      Simplifier to, Reduce reduce, Broadcast broadcast, Node x, Shape shape) {
    var axes = broadcast.repeatedAxes(x.input(0).type().shape());
    long count = 1;
    boolean any = false;
    for (int axis : reduce.axes()) {
      if (!axes.contains(axis)) continue;
      count *= broadcast.shape().dim(axis);
      any = true;
    }
    if (!any || count == 0 || reduce.kind() == Reduce.Kind.PROD) return Optional.empty();
    Node aligned = BroadcastRules.aligned(to, x);
    Node once = to.add(new Broadcast(shape), to.add(reduce, aligned));
    if (reduce.kind() != Reduce.Kind.SUM) return Optional.of(once);
    return Optional.of(
        to.add(new Binary(Binary.Kind.MUL), once, to.splat(x.type().dtype(), count, shape)));
  }
}
