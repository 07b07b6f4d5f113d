package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cudnn.CuDnn.*;
import static io.gatun.engine.cuda.driver.LibraryCalls.dnn;

import io.gatun.engine.cuda.library.Convolution;
import io.gatun.graph.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.ToIntFunction;

/// A convolution as cuDNN is told of it: channels last, filters outermost.
final class ConvolutionDescriptors implements AutoCloseable {
  private final Convolution convolution;
  private final MemorySegment x = create("Tensor", out -> cudnnCreateTensorDescriptor(out));
  private final MemorySegment y = create("Tensor", out -> cudnnCreateTensorDescriptor(out));
  private final MemorySegment w = create("Filter", out -> cudnnCreateFilterDescriptor(out));
  private final MemorySegment operation =
      create("Convolution", out -> cudnnCreateConvolutionDescriptor(out));

  ConvolutionDescriptors(Convolution convolution) {
    this.convolution = convolution;
    tensor(x, convolution.channels(), convolution.image());
    tensor(y, convolution.filters(), convolution.result());
    dnn(
        cudnnSetFilter4dDescriptor(
            w,
            type(convolution.type()),
            CUDNN_TENSOR_NHWC(),
            convolution.filters(),
            convolution.channels() / convolution.groups(),
            convolution.filter().height(),
            convolution.filter().width()),
        "cudnnSetFilter4dDescriptor",
        convolution::toString);
    dnn(
        cudnnSetConvolution2dDescriptor(
            operation,
            convolution.padding().height(),
            convolution.padding().width(),
            convolution.stride().height(),
            convolution.stride().width(),
            convolution.dilation().height(),
            convolution.dilation().width(),
            CUDNN_CROSS_CORRELATION(),
            CUDNN_DATA_FLOAT()),
        "cudnnSetConvolution2dDescriptor",
        convolution::toString);
    dnn(
        cudnnSetConvolutionGroupCount(operation, convolution.groups()),
        "cudnnSetConvolutionGroupCount",
        convolution::toString);
    useMath(leastMath());
  }

  MemorySegment x() {
    return x;
  }

  MemorySegment y() {
    return y;
  }

  MemorySegment w() {
    return w;
  }

  MemorySegment operation() {
    return operation;
  }

  /// The kind of arithmetic that the next call uses.
  void useMath(int math) {
    dnn(
        cudnnSetConvolutionMathType(operation, math),
        "cudnnSetConvolutionMathType",
        () -> "math type " + math);
  }

  /// The kind of arithmetic to allow an algorithm that wants `guessed`: f32 as it is stored must
  /// not become tf32, which the library's default would do.
  int math(int guessed) {
    return leastMath() == CUDNN_FMA_MATH() ? CUDNN_FMA_MATH() : guessed;
  }

  private int leastMath() {
    if (convolution.type() != DType.F32) return CUDNN_TENSOR_OP_MATH();
    return switch (convolution.precision()) {
      case FULL -> CUDNN_FMA_MATH();
      // The library rounds to bf16 in no call of this kind; tf32 is finer.
      case TF32, BF16 -> CUDNN_DEFAULT_MATH();
      case F16 -> CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION();
    };
  }

  @Override
  public void close() {
    dnn(cudnnDestroyTensorDescriptor(x), "cudnnDestroyTensorDescriptor", () -> "x");
    dnn(cudnnDestroyTensorDescriptor(y), "cudnnDestroyTensorDescriptor", () -> "y");
    dnn(cudnnDestroyFilterDescriptor(w), "cudnnDestroyFilterDescriptor", () -> "w");
    dnn(
        cudnnDestroyConvolutionDescriptor(operation),
        "cudnnDestroyConvolutionDescriptor",
        () -> "a convolution");
  }

  private void tensor(MemorySegment descriptor, int channels, Convolution.Size size) {
    dnn(
        cudnnSetTensor4dDescriptor(
            descriptor,
            CUDNN_TENSOR_NHWC(),
            type(convolution.type()),
            convolution.images(),
            channels,
            size.height(),
            size.width()),
        "cudnnSetTensor4dDescriptor",
        convolution::toString);
  }

  private static MemorySegment create(String kind, ToIntFunction<MemorySegment> function) {
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.ADDRESS);
      dnn(function.applyAsInt(out), "cudnnCreate" + kind + "Descriptor", () -> "a descriptor");
      return out.get(ValueLayout.ADDRESS, 0);
    }
  }

  private static int type(DType type) {
    return switch (type) {
      case F32 -> CUDNN_DATA_FLOAT();
      case F16 -> CUDNN_DATA_HALF();
      case BF16 -> CUDNN_DATA_BFLOAT16();
      case F64, I64, I32, I16, I8, U8, BOOL ->
          throw new IllegalArgumentException("no convolutions of " + type + " by cuDNN here");
    };
  }
}
