package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;

/// `x * factor + offset` as `f32`, for operands of any number type: bytes of an image to [0, 1].
public record Rescaling(double factor, double offset) implements Layer {
  @Override
  public String kind() {
    return "rescaling";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("factor", factor).with("offset", offset);
  }

  @Override
  public Value apply(Scope scope, Value x) {
    var y = x.cast(DType.F32).mul(factor);
    return offset == 0 ? y : y.add(offset);
  }
}
