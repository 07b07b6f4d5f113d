package io.gatun.graph.pass;

import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Window;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Optional;

/// For each element of a convolution's input the outputs that it went into: windows of stride 1
/// over `dy`, spread by the stride and padded by `dilation * (size - 1) - padLow`, tap `t` standing
/// for the filter's tap `size - 1 - t`. Negative padding crops.
final class AdjointWindows {
  private AdjointWindows() {}

  /// `[N, s..., window..., O]` for `dy[N, out..., O]` and `shape = [N, s..., C]`; empty where no
  /// output saw any input, or there is none.
  static Optional<Node> of(Simplifier to, Window window, Shape shape, Node dy) {
    if (shape.size() == 0) return Optional.empty();
    int rank = window.rank();
    var none = Collections.nCopies(rank + 2, 0);
    var interior = new ArrayList<>(none);
    for (int axis = 0; axis < rank; axis++) interior.set(axis + 1, window.stride().get(axis) - 1);
    Node spread = to.add(new Pad(none, none, interior, 0), dy);
    var starts = new ArrayList<>(none);
    var limits = new ArrayList<>(spread.type().shape().dims());
    var low = new ArrayList<Integer>();
    var high = new ArrayList<Integer>();
    for (int axis = 0; axis < rank; axis++) {
      int length = spread.type().shape().dim(axis + 1);
      int before = window.span(axis) - 1 - window.padLow().get(axis);
      int after = shape.dim(axis + 1) - length - before + window.span(axis) - 1;
      int start = Math.max(0, -before);
      int limit = length - Math.max(0, -after);
      if (start >= limit) return Optional.empty();
      starts.set(axis + 1, start);
      limits.set(axis + 1, limit);
      low.add(Math.max(0, before));
      high.add(Math.max(0, after));
    }
    var ones = Collections.nCopies(rank + 2, 1);
    Node cropped = to.add(new Slice(starts, limits, ones), spread);
    var adjoint =
        new Window(window.size(), Collections.nCopies(rank, 1), window.dilation(), low, high);
    return Optional.of(to.add(new Windows(adjoint, 0), cropped));
  }
}
