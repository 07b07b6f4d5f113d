package io.gatun.engine.nn;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.Shape;

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
