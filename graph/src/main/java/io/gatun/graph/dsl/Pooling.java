package io.gatun.graph.dsl;

import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Window;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Pooling over the spatial axes of `[N, s..., C]`.
final class Pooling {
  private Pooling() {}

  /// Composite `maxpool`: outputs the maxima and their positions in the window (`i32`, row-major),
  /// by which the gradient finds the first maximum of each window, as PyTorch's does.
  static Value max(Value x, Window window) {
    checkRank("maxPool", x, window);
    double least = Reduce.Kind.MAX.identity(x.dtype());
    return Composition.of("maxpool", List.of("x"), in -> maxima(in.getFirst(), window, least))
        .withGradient(in -> List.of(maxGradient(in, window)))
        .apply(x)
        .getFirst();
  }

  private static List<Value> maxima(Value x, Window window, double least) {
    var taps = flatTaps(x.windows(window, least), window);
    int axis = window.rank() + 1;
    return List.of(taps.max(axis), taps.argmax(axis));
  }

  private static Value maxGradient(List<Value> in, Window window) {
    var x = in.get(0);
    int axis = window.rank() + 1;
    var position = in.get(2).expandDims(axis);
    var dy = in.get(3).expandDims(axis);
    var shape = dy.shape().with(axis, window.taps());
    var tap = Value.iota(x.builder(), new TensorType(DType.I32, shape), axis);
    var picked = tap.eq(position).select(dy, dy.scalar(0));
    var windows = new Windows(window, 0).infer(List.of(x.type()));
    return picked.reshape(windows.shape()).apply(new FoldWindows(window, x.shape()));
  }

  /// `[N, out..., window..., C]` with the window's axes as one.
  private static Value flatTaps(Value windows, Window window) {
    var dims = new ArrayList<>(windows.shape().dims().subList(0, window.rank() + 1));
    dims.add(window.taps());
    dims.add(windows.dim(-1));
    return windows.reshape(new Shape(dims));
  }

  /// Mean of the elements of each window that are not padding.
  static Value average(Value x, Window window) {
    checkRank("averagePool", x, window);
    var sum = flatTaps(x.windows(window, 0), window).sum(window.rank() + 1);
    boolean padded =
        window.padLow().stream().anyMatch(p -> p > 0)
            || window.padHigh().stream().anyMatch(p -> p > 0);
    return padded ? sum.div(counts(x, window)) : sum.div(window.taps());
  }

  /// Elements of each window inside of `x`: a constant `[1, out..., 1]`.
  private static Value counts(Value x, Window window) {
    var shape = x.shape().with(0, 1).with(x.rank() - 1, 1);
    var one = NdArray.of(x.type().with(shape), _ -> 1);
    var taps = new Windows(window, 0).evaluate(List.of(one));
    var axes = new ArrayList<Integer>();
    for (int i = 0; i < window.rank(); i++) axes.add(1 + window.rank() + i);
    var counts = new Reduce(Reduce.Kind.SUM, axes, false).evaluate(List.of(taps));
    return Value.constant(x.builder(), Literal.of(counts));
  }

  private static void checkRank(String name, Value x, Window window) {
    if (x.rank() != window.rank() + 2) {
      throw GraphException.atCaller(
          "%s: a window of %d axes wants [N, spatial, C], got %s", name, window.rank(), x.type());
    }
  }
}
