package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;

/// `x` where positive, else `slope * x` (Maas et al. 2013). [Activation#LEAKY_RELU] has slope 0.2.
///
/// @param slope not negative; 0.3 in Keras
public record LeakyRelu(double slope) implements Layer {
  public LeakyRelu {
    Checks.range("leaky_relu: slope", slope, 0, Double.POSITIVE_INFINITY);
  }

  @Override
  public String kind() {
    return "leaky_relu";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("slope", slope);
  }

  @Override
  public Value apply(Scope scope, Value x) {
    return Nn.leakyRelu(x, slope);
  }
}
