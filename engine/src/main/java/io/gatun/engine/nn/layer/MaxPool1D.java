package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Window;
import java.io.IOException;

/// The largest element of each window over sequences `[n, time, features]`.
public record MaxPool1D(int size, int stride, Padding padding) implements Layer {
  public MaxPool1D {
    Checks.positive("max_pool1d: size", size);
    Checks.positive("max_pool1d: stride", stride);
  }

  /// Windows side by side.
  public static MaxPool1D of(int size) {
    return new MaxPool1D(size, size, Padding.VALID);
  }

  @Override
  public String kind() {
    return "max_pool1d";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("size", size).with("stride", stride).with("padding", padding);
  }

  /// Reads what [#settings] gave.
  public static MaxPool1D read(Fields f) throws IOException {
    return new MaxPool1D(
        f.integer("size"), f.integer("stride"), f.constant("padding", Padding.values()));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.sequences(kind(), x);
    return x.maxPool(padding.around(Window.of(size).withStride(stride), x.shape()));
  }
}
