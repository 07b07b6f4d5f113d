package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;

/// A layer that training leaves as it is: its parameters are not improved and its statistics not
/// updated, but gradients pass through it.
public record Frozen(Layer layer) implements Layer {
  public Frozen {
    if (layer instanceof Named) {
      throw new IllegalArgumentException("freeze the layer first, name it then: " + layer);
    }
  }

  @Override
  public String kind() {
    return "frozen";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("layer", layer);
  }

  @Override
  public Value apply(Scope scope, Value x) {
    return layer.apply(scope.freeze(), x);
  }
}
