package io.gatun.graph.dsl;

import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Window;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;

/// What [Value] offers that combines elements: reductions, products, pooling, sorting. A reduction
/// without axes folds all of them; its `Keep` form leaves the axes with size 1.
sealed interface Folds permits Value {
  /// The `k` largest elements and their positions (`i32`) along an axis, largest first.
  record TopK(Value values, Value indices) {}

  private Value self() {
    return (Value) this;
  }

  private Value reduce(Reduce.Kind kind, boolean keep, int... axes) {
    return self().apply(new Reduce(kind, self().axes(kind.text(), axes), keep));
  }

  /// Number of elements that a reduction over the axes folds into one.
  private long folded(int... axes) {
    long count = 1;
    for (int axis : self().axes("mean", axes)) count *= self().dim(axis);
    return count;
  }

  default Value sum(int... axes) {
    return reduce(Reduce.Kind.SUM, false, axes);
  }

  default Value sumKeep(int... axes) {
    return reduce(Reduce.Kind.SUM, true, axes);
  }

  default Value prod(int... axes) {
    return reduce(Reduce.Kind.PROD, false, axes);
  }

  default Value prodKeep(int... axes) {
    return reduce(Reduce.Kind.PROD, true, axes);
  }

  default Value max(int... axes) {
    return reduce(Reduce.Kind.MAX, false, axes);
  }

  default Value maxKeep(int... axes) {
    return reduce(Reduce.Kind.MAX, true, axes);
  }

  default Value min(int... axes) {
    return reduce(Reduce.Kind.MIN, false, axes);
  }

  default Value minKeep(int... axes) {
    return reduce(Reduce.Kind.MIN, true, axes);
  }

  default Value mean(int... axes) {
    return sum(axes).div(folded(axes));
  }

  default Value meanKeep(int... axes) {
    return sumKeep(axes).div(folded(axes));
  }

  /// Mean squared distance from the mean: the population's variance, divided by `n`.
  default Value variance(int... axes) {
    return self().sub(meanKeep(axes)).square().mean(axes);
  }

  /// As [#variance], keeping the axes.
  default Value varianceKeep(int... axes) {
    return self().sub(meanKeep(axes)).square().meanKeep(axes);
  }

  /// First position (`i32`) of the largest element along an axis, which goes.
  default Value argmax(int axis) {
    return reduce(Reduce.Kind.ARGMAX, false, axis);
  }

  /// First position (`i32`) of the smallest element along an axis, which goes.
  default Value argmin(int axis) {
    return reduce(Reduce.Kind.ARGMIN, false, axis);
  }

  /// Positions (`i32`) that sort along an axis, stable.
  default Value argsort(int axis, boolean descending) {
    return self().apply(new ArgSort(self().axis("argsort", axis), descending));
  }

  /// The first `k` of the positions of [#argsort].
  default Value argsort(int k, int axis, boolean descending) {
    return self().apply(new ArgSort(self().axis("argsort", axis), descending, k));
  }

  /// Sorted along an axis.
  default Value sort(int axis, boolean descending) {
    return self().takeAlong(argsort(axis, descending), axis);
  }

  /// The `k` largest along an axis.
  default TopK topK(int k, int axis) {
    var indices = argsort(k, axis, true);
    return new TopK(self().takeAlong(indices, axis), indices);
  }

  /// Matrix product of the last two axes, `[..., m, k]` by `[..., k, n]`; leading axes broadcast.
  default Value matmul(Value other) {
    var a = self();
    if (a.rank() < 2 || other.rank() < 2) {
      throw GraphException.atCaller(
          "matmul: wants matrices, got %s and %s; expandDims makes one of a vector",
          a.type(), other.type());
    }
    if (other.rank() == 2 && a.rank() > 2) {
      int k = a.dim(-1);
      var rows = a.reshape(Shape.of(Math.toIntExact(a.shape().with(a.rank() - 1, 1).size()), k));
      return rows.matmul(other).reshape(a.shape().with(a.rank() - 1, other.dim(-1)));
    }
    return stretch(a, other).apply(new MatMul(false, false), stretch(other, a));
  }

  /// This with its leading axes, all but the last two, broadcast against those of `other`.
  private static Value stretch(Value a, Value b) {
    var dims = new ArrayList<>(leading(a, b).dims());
    dims.addAll(a.shape().dims().subList(a.rank() - 2, a.rank()));
    return a.broadcastTo(new Shape(dims));
  }

  private static Shape leading(Value a, Value b) {
    try {
      return Shape.broadcast(
          new Shape(a.shape().dims().subList(0, a.rank() - 2)),
          new Shape(b.shape().dims().subList(0, b.rank() - 2)));
    } catch (IllegalArgumentException _) {
      throw GraphException.atCaller(
          "matmul: leading axes of %s and %s do not broadcast", a.type(), b.type());
    }
  }

  /// Convolution of `[N, s..., C]` with a filter `[window..., C/groups, O]`; see [Conv].
  default Value conv(Value filter, Window window, int groups) {
    return self().apply(new Conv(window, groups), filter);
  }

  /// As [#conv] in one group.
  default Value conv(Value filter, Window window) {
    return conv(filter, window, 1);
  }

  /// The largest element of each window over `[N, s..., C]`; padding never wins.
  default Value maxPool(Window window) {
    return Pooling.max(self(), window);
  }

  /// The mean of each window over `[N, s..., C]`; padding does not count.
  default Value averagePool(Window window) {
    return Pooling.average(self(), window);
  }
}
