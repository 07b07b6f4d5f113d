package io.gatun.engine.nn.layer;

import io.gatun.engine.nn.Checks;
import io.gatun.engine.nn.Fields;
import io.gatun.engine.nn.Initializer;
import io.gatun.engine.nn.Layer;
import io.gatun.engine.nn.Scope;
import io.gatun.engine.nn.Settings;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.Window;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.util.List;

/// The transpose of a convolution (Zeiler et al. 2010), which enlarges images: each element of
/// `x[n, height, width, channels]` adds its multiple of `kernel[h, w, filters, channels]` at its
/// place of the result, places `stride` apart: `activation(sum + bias[filters])`.
///
/// With [Padding#VALID] the result has `(height - 1) * stride + max(h, stride)` rows, with
/// [Padding#SAME] `height * stride`; columns alike.
///
/// @param size height and width of the kernel
/// @param stride along height and width
public record Conv2DTranspose(
    int filters,
    List<Integer> size,
    List<Integer> stride,
    Padding padding,
    Activation activation,
    boolean useBias,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements Layer {
  public Conv2DTranspose {
    Checks.positive("conv2d_transpose: filters", filters);
    size = Pair.checked("conv2d_transpose: size", size);
    stride = Pair.checked("conv2d_transpose: stride", stride);
  }

  /// A square kernel with stride 1 and no padding, as Keras's defaults.
  public static Conv2DTranspose of(int filters, int size, Activation activation) {
    return new Conv2DTranspose(
        filters,
        List.of(size, size),
        List.of(1, 1),
        Padding.VALID,
        activation,
        true,
        Initializer.glorotUniform(),
        Initializer.zeros());
  }

  public Conv2DTranspose withPadding(Padding around) {
    return new Conv2DTranspose(
        filters, size, stride, around, activation, useBias, kernelInitializer, biasInitializer);
  }

  public Conv2DTranspose withStride(int step) {
    return new Conv2DTranspose(
        filters,
        size,
        List.of(step, step),
        padding,
        activation,
        useBias,
        kernelInitializer,
        biasInitializer);
  }

  @Override
  public String kind() {
    return "conv2d_transpose";
  }

  @Override
  public Settings settings() {
    return Settings.none()
        .with("filters", filters)
        .with("size", size)
        .with("stride", stride)
        .with("padding", padding)
        .with("activation", activation.text())
        .with("bias", useBias)
        .with("kernel_initializer", kernelInitializer)
        .with("bias_initializer", biasInitializer);
  }

  /// Reads what [#settings] gave.
  public static Conv2DTranspose read(Fields f) throws IOException {
    return new Conv2DTranspose(
        f.integer("filters"),
        f.integers("size"),
        f.integers("stride"),
        f.constant("padding", Padding.values()),
        f.constant("activation", Activation.values()),
        f.flag("bias"),
        f.initializer("kernel_initializer"),
        f.initializer("bias_initializer"));
  }

  @Override
  public Value apply(Scope scope, Value x) {
    Operands.images(kind(), x);
    var shape = Shape.of(size.get(0), size.get(1), filters, x.dim(-1));
    var kernel = scope.parameter("kernel", shape, kernelInitializer);
    var large = Shape.of(x.dim(0), rows(x, 0), rows(x, 1), filters);
    var window = Window.of(size.get(0), size.get(1)).withStride(stride.get(0), stride.get(1));
    var y = x.apply(new ConvGradInput(padding.around(window, large), 1, large), kernel);
    if (useBias) y = y.add(scope.parameter("bias", Shape.of(filters), biasInitializer));
    return activation.of(y);
  }

  /// Size of the result along a spatial axis.
  private int rows(Value x, int axis) {
    int rows = x.dim(axis + 1) * stride.get(axis);
    return switch (padding) {
      case VALID -> rows + Math.max(0, size.get(axis) - stride.get(axis));
      case SAME -> rows;
    };
  }
}
