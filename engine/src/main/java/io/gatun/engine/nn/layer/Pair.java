package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Window;
import java.util.List;

/// Settings along height and width.
final class Pair {
  private Pair() {}

  static List<Integer> checked(String what, List<Integer> pair) {
    if (pair.size() != 2 || pair.stream().anyMatch(v -> v < 1)) {
      throw new IllegalArgumentException(what + ": wants two positive numbers, got " + pair);
    }
    return List.copyOf(pair);
  }

  /// The window of a pooling over `x[n, height, width, channels]`.
  static Window window(
      String kind, Value x, List<Integer> size, List<Integer> stride, Padding padding) {
    Checks.fits(
        x.rank() == 4,
        "%s: wants images [samples, height, width, channels], got %s",
        kind,
        x.type());
    var window = Window.of(size.get(0), size.get(1)).withStride(stride.get(0), stride.get(1));
    return padding.around(window, x.shape());
  }
}
