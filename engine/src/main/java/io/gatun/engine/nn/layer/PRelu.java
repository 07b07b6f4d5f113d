package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;

/// `x` where positive, else `alpha * x` with a learned `alpha[channels]`, one for each channel of
/// `x[n, ..., channels]` (He et al. 2015).
public record PRelu(Initializer initializer) implements Layer {
  /// Slopes that begin at 0, as in Keras; PyTorch's begin at 0.25.
  public static PRelu of() {
    return new PRelu(Initializer.zeros());
  }

  @Override
  public String kind() {
    return "prelu";
  }

  @Override
  public Settings settings() {
    return Settings.none().with("initializer", initializer);
  }

  /// Reads what [#settings] gave.
  public static PRelu read(Fields f) throws IOException {
    return new PRelu(f.initializer("initializer"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.floats(kind(), x, 2, "[samples, ..., channels]");
    var alpha = scope.parameter("alpha", Shape.of(x.dim(-1)), initializer);
    return x.gt(0).select(x, x.mul(alpha));
  }
}
