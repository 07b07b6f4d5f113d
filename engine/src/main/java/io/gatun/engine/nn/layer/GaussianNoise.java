package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;

/// In training adds normal numbers with mean 0; else passes its operand on.
public record GaussianNoise(double deviation) implements Layer {
  public GaussianNoise {
    Checks.range("gaussian_noise: deviation", deviation, 0, Double.POSITIVE_INFINITY);
  }

  @Override
  public String kind() {
    return "gaussian_noise";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("deviation", deviation);
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.floats(kind(), x, 1, "[samples, ...]");
    if (!scope.training() || deviation == 0) return x;
    return x.add(scope.normal(x.shape()).mul(deviation));
  }
}
