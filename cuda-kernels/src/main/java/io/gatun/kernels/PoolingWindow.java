package io.gatun.kernels;

import io.gatun.cuda.Argument;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The shapes of a pooling of images `x[batch, height, width, channels]` to
/// `y[batch, rows, columns, channels]`, as its kernels take them.
public record PoolingWindow(
    int height,
    int width,
    int channels,
    int rows,
    int columns,
    int windowHeight,
    int windowWidth,
    int strideHeight,
    int strideWidth,
    int dilationHeight,
    int dilationWidth,
    int padTop,
    int padLeft) {
  static final int BYTES = 13 * 4;

  /// The struct by value.
  public Argument.Bytes argument() {
    var bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(height).putInt(width).putInt(channels).putInt(rows).putInt(columns);
    bytes.putInt(windowHeight).putInt(windowWidth).putInt(strideHeight).putInt(strideWidth);
    bytes.putInt(dilationHeight).putInt(dilationWidth).putInt(padTop).putInt(padLeft);
    return new Argument.Bytes(bytes.array());
  }

  /// The sizes of a launch for so many images; `count` is the number of elements of the result.
  public Sizes sizes(long batch, boolean gradient) {
    long x = batch * height * width * channels;
    long y = batch * rows * columns * channels;
    return Sizes.count(gradient ? x : y)
        .with("inputs", x)
        .with("outputs", y)
        .with("taps", (long) windowHeight * windowWidth);
  }
}
