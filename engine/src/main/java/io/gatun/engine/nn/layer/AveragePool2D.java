package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;
import java.util.List;

/// The mean of each window over images `[n, height, width, channels]`; padding does not count.
///
/// @param size height and width of the window
/// @param stride along height and width
public record AveragePool2D(List<Integer> size, List<Integer> stride, Padding padding)
    implements Layer {
  public AveragePool2D {
    size = Pair.checked("average_pool2d: size", size);
    stride = Pair.checked("average_pool2d: stride", stride);
  }

  /// Square windows side by side.
  public static AveragePool2D of(int size) {
    return new AveragePool2D(List.of(size, size), List.of(size, size), Padding.VALID);
  }

  @Override
  public String kind() {
    return "average_pool2d";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("size", size).with("stride", stride).with("padding", padding);
  }

  /// Reads what [#settings] gave.
  public static AveragePool2D read(Fields f) throws IOException {
    return new AveragePool2D(
        f.integers("size"), f.integers("stride"), f.constant("padding", Padding.values()));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    return x.averagePool(Pair.window(kind(), x, size, stride, padding));
  }
}
