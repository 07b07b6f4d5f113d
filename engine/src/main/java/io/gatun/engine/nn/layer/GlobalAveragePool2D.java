package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.graph.dsl.Value;

/// The mean of each channel over whole images: `[n, height, width, channels]` as `[n, channels]`.
public record GlobalAveragePool2D() implements Layer {
  @Override
  public String kind() {
    return "global_average_pool2d";
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.images(kind(), x);
    return x.mean(1, 2);
  }
}
