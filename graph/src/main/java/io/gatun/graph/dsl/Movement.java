package io.gatun.graph.dsl;

import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Window;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// What [Value] offers to rearrange elements.
sealed interface Movement permits Value {
  private Value self() {
    return (Value) this;
  }

  default Value reshape(Shape shape) {
    return self().shape().equals(shape) ? self() : self().apply(new Reshape(shape));
  }

  /// The same elements in row-major order under other dimensions; one may be -1 and is computed.
  default Value reshape(int... dims) {
    long known = 1;
    int open = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] >= 0) known *= dims[i];
      else if (dims[i] == -1 && open < 0) open = i;
      else throw misfit(dims);
    }
    if (open < 0) return reshape(Shape.of(dims));
    if (known == 0 || self().type().size() % known != 0) throw misfit(dims);
    int[] complete = dims.clone();
    complete[open] = Math.toIntExact(self().type().size() / known);
    return reshape(Shape.of(complete));
  }

  private GraphException misfit(int... dims) {
    return GraphException.atCaller(
        "reshape: %s has no shape %s", self().type(), Arrays.toString(dims));
  }

  /// `[n, ...]` as `[n, rest]`.
  default Value flatten() {
    int first = self().dim(0);
    return reshape(first, Math.toIntExact(first == 0 ? 0 : self().type().size() / first));
  }

  /// Swaps the last two axes.
  default Value transpose() {
    return swapAxes(-2, -1);
  }

  /// Axis `i` of the result is axis `axes[i]` of this.
  default Value permute(int... axes) {
    return self().apply(new Transpose(self().axes("permute", axes)));
  }

  default Value swapAxes(int a, int b) {
    var axes = new ArrayList<>(self().axes("swapAxes"));
    Collections.swap(axes, self().axis("swapAxes", a), self().axis("swapAxes", b));
    return self().apply(new Transpose(axes));
  }

  /// Repeats to a shape by NumPy's rule.
  default Value broadcastTo(Shape shape) {
    return self().shape().equals(shape) ? self() : self().apply(new Broadcast(shape));
  }

  default Value broadcastTo(int... dims) {
    return broadcastTo(Shape.of(dims));
  }

  /// A new axis of size 1 at position `axis` of the result.
  default Value expandDims(int axis) {
    int rank = self().rank() + 1;
    if (axis < -rank || axis >= rank) {
      throw GraphException.atCaller("expandDims: no axis %d beside %s", axis, self().type());
    }
    var dims = new ArrayList<>(self().shape().dims());
    dims.add(axis < 0 ? axis + rank : axis, 1);
    return reshape(new Shape(dims));
  }

  /// Drops axes of size 1.
  default Value squeeze(int... axes) {
    var list = axes.length == 0 ? List.<Integer>of() : self().axes("squeeze", axes);
    if (list.stream().anyMatch(a -> self().dim(a) != 1)) {
      throw GraphException.atCaller("squeeze: axes %s of %s are not 1", list, self().type());
    }
    return reshape(self().shape().without(list));
  }

  /// Indices `[start, limit)` of one axis; negative ones count from its end.
  default Value slice(int axis, int start, int limit) {
    return slice(axis, start, limit, 1);
  }

  /// Every `stride`-th of the indices `[start, limit)` of one axis.
  default Value slice(int axis, int start, int limit, int stride) {
    int at = self().axis("slice", axis);
    int dim = self().dim(at);
    var starts = new ArrayList<>(Collections.nCopies(self().rank(), 0));
    var limits = new ArrayList<>(self().shape().dims());
    var strides = new ArrayList<>(Collections.nCopies(self().rank(), 1));
    starts.set(at, start < 0 ? start + dim : start);
    limits.set(at, limit < 0 ? limit + dim : limit);
    strides.set(at, stride);
    return self().apply(new Slice(starts, limits, strides));
  }

  /// The slice at one index of an axis, which goes.
  default Value index(int axis, int index) {
    int at = self().axis("index", axis);
    int from = index < 0 ? index + self().dim(at) : index;
    return slice(at, from, from + 1).squeeze(at);
  }

  /// Adds `low` elements of `value` before and `high` after along one axis.
  default Value pad(int axis, int low, int high, double value) {
    var none = Collections.nCopies(self().rank(), 0);
    var lows = new ArrayList<>(none);
    var highs = new ArrayList<>(none);
    lows.set(self().axis("pad", axis), low);
    highs.set(self().axis("pad", axis), high);
    return self().apply(new Pad(lows, highs, none, value));
  }

  /// Reverses the order along the axes, or along all.
  default Value reverse(int... axes) {
    return self().apply(new Reverse(self().axes("reverse", axes)));
  }

  /// Sliding windows over the spatial axes of `[N, s..., C]`; see [Windows].
  default Value windows(Window window, double padding) {
    return self().apply(new Windows(window, padding));
  }

  /// Slices of this at integer `indices` of an axis, which is replaced by their axes.
  default Value take(Value indices, int axis) {
    return self().apply(new Gather(self().axis("take", axis), false), indices);
  }

  /// Elements of this at indices of the same rank: `y[..., i, ...] = x[..., indices[..., i, ...],
  /// ...]`.
  default Value takeAlong(Value indices, int axis) {
    return self().apply(new Gather(self().axis("takeAlong", axis), true), indices);
  }

  /// This with `updates` added where [#take] of `indices` would read.
  default Value scatterAdd(Value indices, Value updates, int axis) {
    return self().apply(new ScatterAdd(self().axis("scatterAdd", axis), false), indices, updates);
  }

  /// This with `updates` added where [#takeAlong] of `indices` would read.
  default Value scatterAddAlong(Value indices, Value updates, int axis) {
    return self()
        .apply(new ScatterAdd(self().axis("scatterAddAlong", axis), true), indices, updates);
  }
}
