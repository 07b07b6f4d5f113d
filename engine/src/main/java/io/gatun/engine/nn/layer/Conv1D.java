package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Window;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;

/// A convolution of sequences `[n, time, features]` with `kernel[size, features / groups,
/// filters]`: `activation(conv(x, kernel) + bias[filters])`.
public record Conv1D(
    int filters,
    int size,
    int stride,
    int dilation,
    int groups,
    Padding padding,
    Activation activation,
    boolean useBias,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements Layer {
  public Conv1D {
    Checks.positive("conv1d: filters", filters);
    Checks.positive("conv1d: size", size);
    Checks.positive("conv1d: stride", stride);
    Checks.positive("conv1d: dilation", dilation);
    Checks.positive("conv1d: groups", groups);
  }

  /// Stride 1 and no padding, as Keras's defaults.
  public static Conv1D of(int filters, int size, Activation activation) {
    return new Conv1D(
        filters,
        size,
        1,
        1,
        1,
        Padding.VALID,
        activation,
        true,
        Initializer.glorotUniform(),
        Initializer.zeros());
  }

  public Conv1D withPadding(Padding around) {
    return new Conv1D(
        filters,
        size,
        stride,
        dilation,
        groups,
        around,
        activation,
        useBias,
        kernelInitializer,
        biasInitializer);
  }

  public Conv1D withStride(int step) {
    return new Conv1D(
        filters,
        size,
        step,
        dilation,
        groups,
        padding,
        activation,
        useBias,
        kernelInitializer,
        biasInitializer);
  }

  @Override
  public String kind() {
    return "conv1d";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("filters", filters)
        .with("size", size)
        .with("stride", stride)
        .with("dilation", dilation)
        .with("groups", groups)
        .with("padding", padding)
        .with("activation", activation.text())
        .with("bias", useBias)
        .with("kernel_initializer", kernelInitializer)
        .with("bias_initializer", biasInitializer);
  }

  /// Reads what [#settings] gave.
  public static Conv1D read(Fields f) throws IOException {
    return new Conv1D(
        f.integer("filters"),
        f.integer("size"),
        f.integer("stride"),
        f.integer("dilation"),
        f.integer("groups"),
        f.constant("padding", Padding.values()),
        f.constant("activation", Activation.values()),
        f.flag("bias"),
        f.initializer("kernel_initializer"),
        f.initializer("bias_initializer"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.sequences(kind(), x);
    Operands.divides(kind(), groups, "groups", x);
    var shape = Shape.of(size, x.dim(-1) / groups, filters);
    var kernel = scope.parameter("kernel", shape, kernelInitializer);
    var window = Window.of(size).withStride(stride).withDilation(dilation);
    var y = x.conv(kernel, padding.around(window, x.shape()), groups);
    if (useBias) y = y.add(scope.parameter("bias", Shape.of(filters), biasInitializer));
    return activation.of(y);
  }
}
