package io.gatun.kernels;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrossEntropyKernelsTest {
  private static final int ROWS = 6;

  @ParameterizedTest
  @CsvSource({
    "1, 4, F32",
    "2, 8, F32",
    "33, 4, F32",
    "127, 8, F32",
    "1000, 4, F32",
    "4098, 4, F32",
    "20001, 8, F32",
    "33, 4, BF16",
    "1000, 8, F16"
  })
  void lossAndGradientInOnePass(int columns, int labelBytes, ElementType type) {
    var logits = Numbers.rounded(Numbers.normal(ROWS * columns, columns), type);
    // The last two lie outside and count as a class of logit 0.
    var labels = new long[] {0, columns - 1, columns / 2, columns / 3, -1, columns};
    var loss = new double[ROWS];
    var logsum = new double[ROWS];
    var gradient = new double[logits.length];
    // Narrow rows share one cotangent, wide ones have one each.
    int stride = columns < 100 ? 0 : 1;
    float[] dy = {0.25f, -1, 0.5f, 2, 1, -0.125f};
    for (int row = 0; row < ROWS; row++) {
      double sum = 0;
      for (int c = 0; c < columns; c++) sum += Math.exp(logits[row * columns + c]);
      logsum[row] = Math.log(sum);
      boolean inside = labels[row] >= 0 && labels[row] < columns;
      loss[row] = logsum[row] - (inside ? logits[row * columns + (int) labels[row]] : 0);
      for (int c = 0; c < columns; c++) {
        double p = Math.exp(logits[row * columns + c]) / sum;
        gradient[row * columns + c] = (p - (c == labels[row] ? 1 : 0)) * dy[row * stride];
      }
    }
    var what = "%d columns, labels of %d bytes, %s".formatted(columns, labelBytes, type);
    var sizes = Sizes.matrix(ROWS, columns).with("label_bytes", labelBytes);
    try (var trial = KernelTrial.watched(logits.length)) {
      trial.in("logits", type, logits).in("dy", type, dy);
      trial.in("labels", labelBytes == 8 ? Numbers.encode(labels) : ints(labels));
      trial.out("loss", type, ROWS).out("logsum", type, ROWS);
      trial.run("crossentropy", type, sizes);
      trial.expect("loss", type, loss, 2e-6, what);
      trial.expect("logsum", type, logsum, 2e-6, what);
      trial.out("loss", type, ROWS).out("dlogits", type, logits.length);
      trial.run("crossentropy_train", type, sizes.with("dy_stride", stride));
      trial.expect("loss", type, loss, 2e-6, what);
      trial.expect("dlogits", type, gradient, 2e-6, what);
    }
  }

  private static byte[] ints(long[] values) {
    var ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) ints[i] = (int) values[i];
    return Numbers.encode(ints);
  }
}
