package io.gatun.graph.pass;

import io.gatun.graph.ir.Concat;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Movements that change nothing, and movements of movements.
final class MovementRules {
  private MovementRules() {}

  static Optional<Node> reshape(Simplifier to, Reshape reshape, Node x) {
    if (x.type().shape().equals(reshape.shape())) return Optional.of(x);
    return x.op() instanceof Reshape ? Optional.of(to.add(reshape, x.input(0))) : Optional.empty();
  }

  static Optional<Node> transpose(Simplifier to, Transpose transpose, Node x) {
    var permutation = transpose.permutation();
    if (x.op() instanceof Transpose(var first)) {
      var both = permutation.stream().map(first::get).toList();
      return Optional.of(to.add(new Transpose(both), x.input(0)));
    }
    return keepsOrder(permutation, x.type().shape())
        ? Optional.of(to.reshape(x, permutation.stream().map(x.type().shape()::dim).toList()))
        : Optional.empty();
  }

  /// Whether only axes of size 1 move, so that the elements keep their row-major order.
  private static boolean keepsOrder(List<Integer> permutation, Shape shape) {
    int last = -1;
    for (int axis : permutation) {
      if (shape.dim(axis) == 1) continue;
      if (axis < last) return false;
      last = axis;
    }
    return true;
  }

  static Optional<Node> slice(Simplifier to, Slice slice, Node x) {
    var shape = slice.infer(List.of(x.type())).shape();
    if (shape.equals(x.type().shape())) return Optional.of(x);
    if (x.op() instanceof Slice inner) return Optional.of(sliceOfSlice(to, inner, slice, shape, x));
    if (x.op() instanceof Pad pad) return sliceOfPad(to, slice, pad, x.input(0));
    if (x.op() instanceof Concat(int axis)) return sliceOfConcat(to, slice, axis, x);
    return Optional.empty();
  }

  private static Node sliceOfSlice(Simplifier to, Slice inner, Slice outer, Shape shape, Node x) {
    var starts = new ArrayList<Integer>();
    var limits = new ArrayList<Integer>();
    var strides = new ArrayList<Integer>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      int step = inner.strides().get(axis);
      int stride = step * outer.strides().get(axis);
      boolean empty = shape.dim(axis) == 0;
      int start = empty ? 0 : inner.starts().get(axis) + step * outer.starts().get(axis);
      starts.add(start);
      limits.add(empty ? 0 : start + (shape.dim(axis) - 1) * stride + 1);
      strides.add(stride);
    }
    return to.add(new Slice(starts, limits, strides), x.input(0));
  }

  /// A slice that reads no padding is a slice of the padded array.
  private static Optional<Node> sliceOfPad(Simplifier to, Slice slice, Pad pad, Node x) {
    var starts = new ArrayList<Integer>();
    var limits = new ArrayList<Integer>();
    for (int axis = 0; axis < x.type().shape().rank(); axis++) {
      int start = slice.starts().get(axis) - pad.low().get(axis);
      int limit = slice.limits().get(axis) - pad.low().get(axis);
      boolean inside = start >= 0 && limit <= x.type().shape().dim(axis);
      if (!inside || pad.interior().get(axis) != 0) return Optional.empty();
      starts.add(start);
      limits.add(limit);
    }
    return Optional.of(to.add(new Slice(starts, limits, slice.strides()), x));
  }

  /// A slice that lies within one operand is a slice of that.
  private static Optional<Node> sliceOfConcat(Simplifier to, Slice slice, int axis, Node x) {
    int offset = 0;
    for (Node operand : x.inputs()) {
      int dim = operand.type().shape().dim(axis);
      int start = slice.starts().get(axis) - offset;
      int limit = slice.limits().get(axis) - offset;
      if (start >= 0 && limit <= dim) {
        var starts = new ArrayList<>(slice.starts());
        var limits = new ArrayList<>(slice.limits());
        starts.set(axis, start);
        limits.set(axis, limit);
        return Optional.of(to.add(new Slice(starts, limits, slice.strides()), operand));
      }
      offset += dim;
    }
    return Optional.empty();
  }

  static Optional<Node> pad(Simplifier to, Pad pad, Node x) {
    if (pad.infer(List.of(x.type())).equals(x.type())) return Optional.of(x);
    boolean merges =
        x.op() instanceof Pad inner
            && Double.compare(inner.value(), pad.value()) == 0
            && pad.interior().stream().allMatch(i -> i == 0);
    if (!merges) return Optional.empty();
    var inner = (Pad) x.op();
    var both =
        new Pad(
            sum(inner.low(), pad.low()),
            sum(inner.high(), pad.high()),
            inner.interior(),
            pad.value());
    return Optional.of(to.add(both, x.input(0)));
  }

  private static List<Integer> sum(List<Integer> a, List<Integer> b) {
    return IntStream.range(0, a.size()).mapToObj(i -> a.get(i) + b.get(i)).toList();
  }

  static Optional<Node> concat(Simplifier to, Concat concat, List<Node> operands) {
    var parts = operands.stream().filter(p -> p.type().shape().dim(concat.axis()) > 0).toList();
    if (parts.isEmpty()) return Optional.of(operands.getFirst());
    if (parts.size() == 1) return Optional.of(parts.getFirst());
    return parts.size() < operands.size() ? Optional.of(to.add(concat, parts)) : Optional.empty();
  }

  static Optional<Node> reverse(Simplifier to, Reverse reverse, Node x) {
    var axes = new ArrayList<>(reverse.axes());
    axes.removeIf(axis -> x.type().shape().dim(axis) <= 1);
    if (axes.isEmpty()) return Optional.of(x);
    if (x.op() instanceof Reverse(var first)) {
      var once = new ArrayList<Integer>();
      for (int axis : axes) if (!first.contains(axis)) once.add(axis);
      for (int axis : first) if (!axes.contains(axis)) once.add(axis);
      return Optional.of(to.add(new Reverse(once), x.input(0)));
    }
    return axes.size() < reverse.axes().size()
        ? Optional.of(to.add(new Reverse(axes), x))
        : Optional.empty();
  }
}
