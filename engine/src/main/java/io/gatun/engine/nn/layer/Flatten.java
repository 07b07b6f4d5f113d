package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.graph.dsl.Value;

/// `[n, ...]` as `[n, rest]`; `[n]` as `[n, 1]`.
public record Flatten() implements Layer {
  @Override
  public String kind() {
    return "flatten";
  }

  @Override
  public Value apply(Scope scope, Value x) {
    return x.flatten();
  }
}
