package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;
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
  public Settings settings() {
    return Settings.none().with("size", size).with("stride", stride).with("padding", padding);
  }

  /// Reads what [#settings] gave.
  public static MaxPool2D read(Fields f) throws IOException {
    return new MaxPool2D(
        f.integers("size"), f.integers("stride"), f.constant("padding", Padding.values()));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    return x.maxPool(Pair.window(kind(), x, size, stride, padding));
  }
}
