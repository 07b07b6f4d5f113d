package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;

/// A recurrent layer applied to sequences `x[n, time, features]` in both directions, each with
/// parameters of its own (Schuster and Paliwal 1997); the outputs side by side, forwards first:
/// `[n, 2 units]` or `[n, time, 2 units]`. Variables are those of the layer after `forward/` and
/// `backward/`.
///
/// @param layer one that goes forwards
public record Bidirectional(Recurrent<?> layer) implements Layer {
  public Bidirectional {
    if (layer.options().goBackwards()) {
      throw new IllegalArgumentException("bidirectional: wants a layer that goes forwards");
    }
  }

  @Override
  public String kind() {
    return "bidirectional";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("layer", layer);
  }

  /// Reads what [#settings] gave.
  public static Bidirectional read(Fields f) throws IOException {
    if (f.layer("layer") instanceof Recurrent<?> layer) return new Bidirectional(layer);
    throw f.failure("layer", "a recurrent layer");
  }

  @Override
  public Value apply(Scope scope, Value x) {
    var forward = layer.apply(scope.child("forward"), x);
    var backward = layer.backwards().apply(scope.child("backward"), x);
    return Value.concat(-1, forward, backward);
  }
}
