package io.gatun.kernels;

import io.gatun.cuda.Argument;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

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
  private static final int DIVISORS = 9;

  static final int BYTES = 13 * 4 + DIVISORS * 8;

  /// The struct by value.
  public Argument.Bytes argument() {
    var bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(height).putInt(width).putInt(channels).putInt(rows).putInt(columns);
    bytes.putInt(windowHeight).putInt(windowWidth).putInt(strideHeight).putInt(strideWidth);
    bytes.putInt(dilationHeight).putInt(dilationWidth).putInt(padTop).putInt(padLeft);
    IntStream.of(channels, height, width, rows, columns).forEach(d -> divisor(d, bytes));
    IntStream.of(strideHeight, strideWidth, dilationHeight, dilationWidth)
        .forEach(d -> divisor(d, bytes));
    return new Argument.Bytes(bytes.array());
  }

  /// What divides a number below 2^31 by `d`: `(n + high word of n * multiplier) >> shift`, by
  /// Granlund and Montgomery, "Division by invariant integers using multiplication", PLDI 1994.
  private static void divisor(int d, ByteBuffer to) {
    int shift = 32 - Integer.numberOfLeadingZeros(d - 1);
    long multiplier = (((1L << shift) - d) << 32) / d + 1;
    to.putInt((int) multiplier).putInt(shift);
  }

  /// The sizes of a launch for so many images; `count` is the number of elements of the result.
  public Sizes sizes(long batch, boolean gradient) {
    long x = batch * height * width * channels;
    long y = batch * rows * columns * channels;
    return Sizes.count(gradient ? x : y)
        .with("inputs", x)
        .with("outputs", y)
        .with("channels", channels)
        .with("taps", (long) windowHeight * windowWidth);
  }
}
