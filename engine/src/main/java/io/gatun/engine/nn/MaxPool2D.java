package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import java.util.List;

/// The largest element of each window over images `[n, height, width, channels]`.
///
/// @param size height and width of the window
/// @param stride along height and width
public record MaxPool2D(List<Integer> size, List<Integer> stride, Padding padding)
    implements Layer {
  public MaxPool2D {
    size = Pair.checked("max_pool2d: size", size);
    stride = Pair.checked("max_pool2d: stride", stride);
  }

  /// Square windows side by side.
  public static MaxPool2D of(int size) {
    return new MaxPool2D(List.of(size, size), List.of(size, size), Padding.VALID);
  }

  @Override
  public String kind() {
    return "max_pool2d";
  }

  @Override
  public Value apply(Scope scope, Value x) {
    return x.maxPool(Pair.window(kind(), x, size, stride, padding));
  }
}
