package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;

/// Layer normalization (Ba et al. 2016) of the last axis of `x[n, ..., features]`: `(x - mean) /
/// sqrt(variance + epsilon) * gamma + beta` with parameters `gamma[features]` and `beta[features]`.
public record LayerNorm(double epsilon) implements Layer {
  public LayerNorm {
    Checks.above("layer_norm: epsilon", epsilon, 0);
  }

  /// Epsilon 0.001, as in Keras. PyTorch and GPT-2 have 1e-5.
  public static LayerNorm of() {
    return new LayerNorm(1e-3);
  }

  @Override
  public String kind() {
    return "layer_norm";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("epsilon", epsilon);
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.floats(kind(), x, 2, "[samples, ..., features]");
    var features = Shape.of(x.dim(-1));
    var gamma = scope.parameter("gamma", features, Initializer.ones());
    var beta = scope.parameter("beta", features, Initializer.zeros());
    return Nn.layerNorm(x, gamma, beta, epsilon);
  }
}
