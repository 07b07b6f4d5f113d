package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Window;
import java.io.IOException;

/// The mean of each window over sequences `[n, time, features]`; padding does not count.
public record AveragePool1D(int size, int stride, Padding padding) implements Layer {
  public AveragePool1D {
    Checks.positive("average_pool1d: size", size);
    Checks.positive("average_pool1d: stride", stride);
  }

  /// Windows side by side.
  public static AveragePool1D of(int size) {
    return new AveragePool1D(size, size, Padding.VALID);
  }

  @Override
  public String kind() {
    return "average_pool1d";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("size", size).with("stride", stride).with("padding", padding);
  }

  /// Reads what [#settings] gave.
  public static AveragePool1D read(Fields f) throws IOException {
    return new AveragePool1D(
        f.integer("size"), f.integer("stride"), f.constant("padding", Padding.values()));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.sequences(kind(), x);
    return x.averagePool(padding.around(Window.of(size).withStride(stride), x.shape()));
  }
}
