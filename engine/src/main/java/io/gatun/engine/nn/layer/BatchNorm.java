package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;

/// Batch normalization (Ioffe and Szegedy 2015) of `x[n, ..., channels]`: `(x - mean) /
/// sqrt(variance + epsilon) * gamma + beta`, where mean and variance are those of each channel over
/// all axes but the last.
///
/// In training they are the batch's, the variance divided by the number of elements, and move the
/// states `moving_mean` and `moving_variance`: `moving = moving * momentum + batch * (1 -
/// momentum)`. As in Keras the variance is not corrected for that (PyTorch's `running_var` is:
/// times `n / (n - 1)`; its momentum is one minus this one). In evaluation, in prediction and in a
/// frozen layer the moving statistics are used and stay.
///
/// @param scale whether there is a `gamma`, else it is 1
/// @param center whether there is a `beta`, else it is 0
public record BatchNorm(double momentum, double epsilon, boolean scale, boolean center)
    implements Layer {
  public BatchNorm {
    Checks.range("batch_norm: momentum", momentum, 0, Math.nextUp(1.0));
    Checks.above("batch_norm: epsilon", epsilon, 0);
  }

  /// Momentum 0.99, epsilon 0.001, scale and center: Keras's defaults.
  public static BatchNorm of() {
    return new BatchNorm(0.99, 1e-3, true, true);
  }

  @Override
  public String kind() {
    return "batch_norm";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("momentum", momentum)
        .with("epsilon", epsilon)
        .with("scale", scale)
        .with("center", center);
  }

  /// Reads what [#settings] gave.
  public static BatchNorm read(Fields f) throws IOException {
    return new BatchNorm(
        f.number("momentum"), f.number("epsilon"), f.flag("scale"), f.flag("center"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.floats(kind(), x, 2, "[samples, ..., channels]");
    var channels = Shape.of(x.dim(-1));
    var type = x.type().with(channels);
    var one = x.scalar(1).broadcastTo(channels);
    var gamma = scale ? scope.parameter("gamma", channels, Initializer.ones()) : one;
    var zero = x.scalar(0).broadcastTo(channels);
    var beta = center ? scope.parameter("beta", channels, Initializer.zeros()) : zero;
    var mean = scope.state("moving_mean", type, Initializer.zeros());
    var variance = scope.state("moving_variance", type, Initializer.ones());
    if (!scope.training() || scope.frozen()) {
      return Nn.batchNorm(x, gamma, beta, mean, variance, epsilon);
    }
    var batch = Nn.batchNorm(x, gamma, beta, epsilon);
    scope.update(mean, moved(mean, batch.mean()));
    scope.update(variance, moved(variance, batch.variance()));
    return batch.y();
  }

  private Value moved(Value moving, Value batch) {
    return moving.mul(momentum).add(batch.mul(1 - momentum));
  }
}
