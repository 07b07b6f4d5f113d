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
import java.util.List;

/// A convolution of images `[n, height, width, channels]` with `kernel[h, w, channels / groups,
/// filters]`: `activation(conv(x, kernel) + bias[filters])`.
///
/// @param size height and width of the kernel
/// @param stride along height and width
/// @param dilation along height and width
public record Conv2D(
    int filters,
    List<Integer> size,
    List<Integer> stride,
    List<Integer> dilation,
    int groups,
    Padding padding,
    Activation activation,
    boolean useBias,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements Layer {
  private static final List<Integer> ONE = List.of(1, 1);

  public Conv2D {
    Checks.positive("conv2d: filters", filters);
    Checks.positive("conv2d: groups", groups);
    size = Pair.checked("conv2d: size", size);
    stride = Pair.checked("conv2d: stride", stride);
    dilation = Pair.checked("conv2d: dilation", dilation);
  }

  /// A square kernel with stride 1 and no padding, as Keras's defaults.
  public static Conv2D of(int filters, int size, Activation activation) {
    return new Conv2D(
        filters,
        List.of(size, size),
        ONE,
        ONE,
        1,
        Padding.VALID,
        activation,
        true,
        Initializer.glorotUniform(),
        Initializer.zeros());
  }

  public Conv2D withPadding(Padding around) {
    return new Conv2D(
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

  public Conv2D withStride(int step) {
    return new Conv2D(
        filters,
        size,
        List.of(step, step),
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
    return "conv2d";
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
  public static Conv2D read(Fields f) throws IOException {
    return new Conv2D(
        f.integer("filters"),
        f.integers("size"),
        f.integers("stride"),
        f.integers("dilation"),
        f.integer("groups"),
        f.constant("padding", Padding.values()),
        f.constant("activation", Activation.values()),
        f.flag("bias"),
        f.initializer("kernel_initializer"),
        f.initializer("bias_initializer"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Checks.fits(
        x.rank() == 4 && x.dtype().isFloat(),
        "conv2d: wants float images [samples, height, width, channels], got %s",
        x.type());
    Checks.fits(
        x.dim(-1) % groups == 0 && filters % groups == 0,
        "conv2d: %d groups divide neither the channels of %s nor %d filters evenly",
        groups,
        x.type(),
        filters);
    var shape = Shape.of(size.get(0), size.get(1), x.dim(-1) / groups, filters);
    var kernel = scope.parameter("kernel", shape, kernelInitializer);
    var window =
        Window.of(size.get(0), size.get(1))
            .withStride(stride.get(0), stride.get(1))
            .withDilation(dilation.get(0), dilation.get(1));
    var y = x.conv(kernel, padding.around(window, x.shape()), groups);
    if (useBias) y = y.add(scope.parameter("bias", Shape.of(filters), biasInitializer));
    return activation.of(y);
  }
}
