package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;

/// Puts rows and columns of zeros around images `[n, height, width, channels]`.
public record ZeroPadding2D(int top, int bottom, int left, int right) implements Layer {
  public ZeroPadding2D {
    Checks.range(
        "zero_padding2d", Math.min(Math.min(top, bottom), Math.min(left, right)), 0, 1 << 20);
  }

  /// The same on all sides.
  public static ZeroPadding2D of(int around) {
    return new ZeroPadding2D(around, around, around, around);
  }

  @Override
  public String kind() {
    return "zero_padding2d";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("top", top)
        .with("bottom", bottom)
        .with("left", left)
        .with("right", right);
  }

  /// Reads what [#settings] gave.
  public static ZeroPadding2D read(Fields f) throws IOException {
    return new ZeroPadding2D(
        f.integer("top"), f.integer("bottom"), f.integer("left"), f.integer("right"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.images(kind(), x);
    return x.pad(1, top, bottom, 0).pad(2, left, right, 0);
  }
}
