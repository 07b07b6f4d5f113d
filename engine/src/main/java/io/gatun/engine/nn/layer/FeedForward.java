package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import java.io.IOException;

/// Two [Dense] layers around an activation, the second back to the size of `x[n, ..., features]`:
/// `activation(x kernel + bias) kernel' + bias'`. Variables: `hidden/kernel[features, units]`,
/// `hidden/bias`, `output/kernel[units, features]`, `output/bias`.
public record FeedForward(int units, Activation activation, Initializer kernelInitializer)
    implements Layer {
  public FeedForward {
    Checks.positive("feed_forward: units", units);
  }

  /// Glorot-uniform kernels.
  public static FeedForward of(int units, Activation activation) {
    return new FeedForward(units, activation, Initializer.glorotUniform());
  }

  public FeedForward withKernelInitializer(Initializer initializer) {
    return new FeedForward(units, activation, initializer);
  }

  @Override
  public String kind() {
    return "feed_forward";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("units", units)
        .with("activation", activation.text())
        .with("kernel_initializer", kernelInitializer);
  }

  /// Reads what [#settings] gave.
  public static FeedForward read(Fields f) throws IOException {
    return new FeedForward(
        f.integer("units"),
        f.constant("activation", Activation.values()),
        f.initializer("kernel_initializer"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.floats(kind(), x, 2, "[samples, ..., features]");
    var hidden = Dense.of(units, activation).withKernelInitializer(kernelInitializer);
    var output = Dense.of(x.dim(-1)).withKernelInitializer(kernelInitializer);
    return output.apply(scope.child("output"), hidden.apply(scope.child("hidden"), x));
  }
}
