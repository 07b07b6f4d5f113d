package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;

/// As [Dropout], but drops whole channels of each sample of `x[n, ..., channels]`: for sequences
/// and images, whose neighbouring elements tell much of each other (Tompson et al. 2015).
public record SpatialDropout(double rate) implements Layer {
  public SpatialDropout {
    Checks.range("spatial_dropout: rate", rate, 0, 1);
  }

  @Override
  public String kind() {
    return "spatial_dropout";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("rate", rate);
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.floats(kind(), x, 3, "[samples, ..., channels]");
    if (!scope.training() || rate == 0) return x;
    var dims = new ArrayList<>(Collections.nCopies(x.rank(), 1));
    dims.set(0, x.dim(0));
    dims.set(x.rank() - 1, x.dim(-1));
    return x.mul(1 / (1 - rate)).where(scope.uniform(new Shape(dims)).ge(rate), 0);
  }
}
