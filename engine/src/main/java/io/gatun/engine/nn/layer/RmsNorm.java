package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;

/// Normalization of the last axis of `x[n, ..., features]` by its root mean square (Zhang and
/// Sennrich 2019): `x / sqrt(mean(x^2) + epsilon) * gamma` with the parameter `gamma[features]`.
public record RmsNorm(double epsilon) implements Layer {
  public RmsNorm {
    Checks.above("rms_norm: epsilon", epsilon, 0);
  }

  /// Epsilon 1e-6, as in Keras.
  public static RmsNorm of() {
    return new RmsNorm(1e-6);
  }

  @Override
  public String kind() {
    return "rms_norm";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("epsilon", epsilon);
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.floats(kind(), x, 2, "[samples, ..., features]");
    var gamma = scope.parameter("gamma", Shape.of(x.dim(-1)), Initializer.ones());
    return Nn.rmsNorm(x, gamma, epsilon);
  }
}
