package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;

/// In training sets a random fraction `rate` of the elements to 0 and scales the others by `1 / (1
/// - rate)`; else passes its operand on (Srivastava et al. 2014). Which elements depends on the
/// seed, the layer's name and the step alone.
public record Dropout(double rate) implements Layer {
  public Dropout {
    Checks.range("dropout: rate", rate, 0, 1);
  }

  @Override
  public String kind() {
    return "dropout";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("rate", rate);
  }

  @Override
  public Value apply(Scope scope, Value x) {
    if (!scope.training() || rate == 0) return x;
    return x.mul(1 / (1 - rate)).where(scope.uniform(x.shape()).ge(rate), 0);
  }
}
