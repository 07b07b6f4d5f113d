package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolingKernelsTest {
  private static final int BATCH = 2;

  /// Height, width, channels, window, stride, dilation, padding.
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 1, 0, F32",
    "8, 8, 3, 2, 2, 1, 0, F32",
    "7, 9, 2, 3, 2, 1, 1, F32",
    "9, 6, 5, 2, 1, 3, 2, F32",
    "8, 8, 4, 3, 1, 1, 1, BF16",
    "5, 7, 33, 2, 2, 1, 1, F16"
  })
  void maximaAndMeansWithGradients(
      int height,
      int width,
      int channels,
      int size,
      int stride,
      int dilation,
      int pad,
      ElementType type) {
    int rows = (height + 2 * pad - dilation * (size - 1) - 1) / stride + 1;
    int columns = (width + 2 * pad - dilation * (size - 1) - 1) / stride + 1;
    var window =
        new PoolingWindow(
            height, width, channels, rows, columns, size, size, stride, stride, dilation, dilation,
            pad, pad);
    var x = Numbers.rounded(Numbers.normal(BATCH * height * width * channels, 1), type);
    if (x.length > 4) x[4] = Float.NaN;
    x[0] = Float.NEGATIVE_INFINITY;
    int outputs = BATCH * rows * columns * channels;
    var dy = Numbers.rounded(Numbers.normal(outputs, 2), type);
    var maxima = new double[outputs];
    var positions = new int[outputs];
    var means = new double[outputs];
    var maxGradient = new double[x.length];
    var meanGradient = new double[x.length];
    for (int o = 0; o < outputs; o++) {
      int c = o % channels;
      int q = o / channels % columns;
      int p = o / channels / columns % rows;
      int n = o / channels / columns / rows;
      double max = Double.NEGATIVE_INFINITY;
      int count = 0;
      int best = -1;
      for (int pass = 0; pass < 2; pass++) {
        for (int tap = 0; tap < size * size; tap++) {
          int h = p * stride + tap / size * dilation - pad;
          int w = q * stride + tap % size * dilation - pad;
          boolean inside = h >= 0 && h < height && w >= 0 && w < width;
          int at = ((n * height + h) * width + w) * channels + c;
          if (pass == 1) {
            if (inside && tap == positions[o]) maxGradient[at] += dy[o];
            if (inside) meanGradient[at] += (double) dy[o] / count;
            continue;
          }
          if (inside) {
            count++;
            means[o] += x[at];
          }
          double value = inside ? x[at] : Double.NEGATIVE_INFINITY;
          if (value > max || Double.isNaN(value) && !Double.isNaN(max)) {
            max = value;
            best = tap;
          }
        }
        positions[o] = Math.max(best, 0);
      }
      maxima[o] = max;
      means[o] /= count;
    }
    try (var trial = KernelTrial.watched(0).in("x", type, x).in("dy", type, dy)) {
      trial.with("window", window.argument());
      var forward = window.sizes(BATCH, false);
      var gradient = window.sizes(BATCH, true);
      trial.out("y", type, outputs).out("position", ElementType.I32, outputs);
      trial.run("maxpool", type, forward);
      trial.expect("y", type, maxima, 0, "maxima");
      assertArrayEquals(positions, trial.ints("position"));
      trial.out("dx", type, x.length).run("maxpool_gradient", type, gradient);
      trial.expect("dx", type, maxGradient, 1e-6, "gradient of maxima");
      trial.out("y", type, outputs).run("averagepool", type, forward);
      trial.expect("y", type, means, 1e-6, "means");
      trial.out("dx", type, x.length).run("averagepool_gradient", type, gradient);
      trial.expect("dx", type, meanGradient, 1e-6, "gradient of means");
    }
  }
}
