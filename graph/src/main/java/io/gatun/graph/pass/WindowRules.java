package io.gatun.graph.pass;

import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Window;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Windows that neither overlap nor reach into padding are a reshape and a transpose: along each
/// axis the stride equals the size without dilation, or the window is a single element.
final class WindowRules {
  private WindowRules() {}

  static Optional<Node> windows(Simplifier to, Windows windows, Node x) {
    var window = windows.window();
    if (!tiles(window)) return Optional.empty();
    var shape = windows.infer(List.of(x.type())).shape();
    int rank = window.rank();
    var limits = new ArrayList<>(x.type().shape().dims());
    var strides = new ArrayList<>(Collections.nCopies(rank + 2, 1));
    for (int axis = 0; axis < rank; axis++) {
      limits.set(axis + 1, covered(window, shape, axis));
      strides.set(axis + 1, step(window, axis));
    }
    Node cropped = to.add(new Slice(Collections.nCopies(rank + 2, 0), limits, strides), x);
    Node split = to.reshape(cropped, interleaved(window, shape));
    return Optional.of(to.add(new Transpose(apart(rank)), split));
  }

  static Optional<Node> fold(Simplifier to, FoldWindows fold, Node x) {
    var window = fold.window();
    if (!tiles(window)) return Optional.empty();
    int rank = window.rank();
    var high = new ArrayList<>(Collections.nCopies(rank + 2, 0));
    var interior = new ArrayList<>(Collections.nCopies(rank + 2, 0));
    var dims = new ArrayList<>(fold.shape().dims());
    for (int axis = 0; axis < rank; axis++) {
      int covered = covered(window, x.type().shape(), axis);
      int step = step(window, axis);
      high.set(axis + 1, fold.shape().dim(axis + 1) - covered);
      interior.set(axis + 1, step - 1);
      dims.set(axis + 1, x.type().shape().dim(axis + 1) * window.size().get(axis));
    }
    var together = new Transpose(apart(rank)).inverse();
    Node joined = to.reshape(to.add(new Transpose(together), x), dims);
    return Optional.of(
        to.add(new Pad(Collections.nCopies(rank + 2, 0), high, interior, 0), joined));
  }

  private static boolean tiles(Window window) {
    for (int axis = 0; axis < window.rank(); axis++) {
      boolean adjacent =
          window.stride().get(axis).equals(window.size().get(axis))
              && window.dilation().get(axis) == 1;
      boolean padded = window.padLow().get(axis) != 0 || window.padHigh().get(axis) != 0;
      if (padded || !adjacent && window.size().get(axis) != 1) return false;
    }
    return true;
  }

  /// Distance of the elements that are read along an axis.
  private static int step(Window window, int axis) {
    return window.size().get(axis) == 1 ? window.stride().get(axis) : 1;
  }

  /// One past the last element that is read along an axis; `shape` is that of the windows.
  private static int covered(Window window, Shape shape, int axis) {
    return (shape.dim(axis + 1) - 1) * window.stride().get(axis) + window.size().get(axis);
  }

  /// `[N, out0, size0, out1, size1, ..., C]`
  private static List<Integer> interleaved(Window window, Shape shape) {
    var dims = new ArrayList<Integer>();
    dims.add(shape.dim(0));
    for (int axis = 0; axis < window.rank(); axis++) {
      dims.add(shape.dim(axis + 1));
      dims.add(window.size().get(axis));
    }
    dims.add(shape.dim(shape.rank() - 1));
    return dims;
  }

  /// From `[N, out0, size0, out1, size1, ..., C]` to `[N, out..., size..., C]`.
  private static List<Integer> apart(int rank) {
    var permutation = new ArrayList<Integer>();
    permutation.add(0);
    for (int axis = 0; axis < rank; axis++) permutation.add(1 + 2 * axis);
    for (int axis = 0; axis < rank; axis++) permutation.add(2 + 2 * axis);
    permutation.add(1 + 2 * rank);
    return permutation;
  }
}
