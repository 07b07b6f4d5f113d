package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;

/// A fully connected layer: `activation(x kernel + bias)` for `x[..., in]`, `kernel[in, units]` and
/// `bias[units]`.
public record Dense(
    int units,
    Activation activation,
    boolean useBias,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements Layer {
  public Dense {
    Checks.positive("dense: units", units);
  }

  /// Glorot-uniform kernel and zero bias, as in Keras.
  public static Dense of(int units, Activation activation) {
    return new Dense(units, activation, true, Initializer.glorotUniform(), Initializer.zeros());
  }

  public static Dense of(int units) {
    return of(units, Activation.LINEAR);
  }

  public Dense withoutBias() {
    return new Dense(units, activation, false, kernelInitializer, biasInitializer);
  }

  public Dense withKernelInitializer(Initializer initializer) {
    return new Dense(units, activation, useBias, initializer, biasInitializer);
  }

  @Override
  public String kind() {
    return "dense";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("units", units)
        .with("activation", activation.text())
        .with("bias", useBias)
        .with("kernel_initializer", kernelInitializer)
        .with("bias_initializer", biasInitializer);
  }

  /// Reads what [#settings] gave.
  public static Dense read(Fields f) throws IOException {
    return new Dense(
        f.integer("units"),
        f.constant("activation", Activation.values()),
        f.flag("bias"),
        f.initializer("kernel_initializer"),
        f.initializer("bias_initializer"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Checks.fits(
        x.rank() >= 2 && x.dtype().isFloat(),
        "dense: wants floats [samples, ..., features], got %s; put Flatten or Rescaling before",
        x.type());
    var kernel = scope.parameter("kernel", Shape.of(x.dim(-1), units), kernelInitializer);
    var y = x.matmul(kernel);
    if (useBias) y = y.add(scope.parameter("bias", Shape.of(units), biasInitializer));
    return activation.of(y);
  }
}
