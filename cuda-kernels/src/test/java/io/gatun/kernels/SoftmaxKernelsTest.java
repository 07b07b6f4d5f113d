package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SoftmaxKernelsTest {
  private static final int ROWS = 5;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 32, 33, 127, 128, 256, 1000, 1024, 4096, 4098, 20_001})
  void forwardAndGradientAtBoundarySizes(int columns) {
    for (String operation : List.of("softmax", "logsoftmax"))
      check(operation, ElementType.F32, columns);
  }

  @ParameterizedTest
  @CsvSource({"BF16, 33", "BF16, 256", "BF16, 1000", "F16, 127", "F16, 1024", "F16, 4098"})
  void narrowTypes(ElementType type, int columns) {
    for (String operation : List.of("softmax", "logsoftmax")) check(operation, type, columns);
  }

  private static void check(String operation, ElementType type, int columns) {
    var x = Numbers.rounded(Numbers.normal(ROWS * columns, columns), type);
    var dy = Numbers.rounded(Numbers.normal(ROWS * columns, columns + 1), type);
    var sizes = Sizes.matrix(ROWS, columns);
    boolean logarithm = operation.equals("logsoftmax");
    var want = forward(logarithm, x, columns);
    var what = "%s %s %d columns".formatted(operation, type, columns);
    try (var trial = KernelTrial.watched(ROWS * columns)) {
      trial.in("x", type, x).out("y", type, x.length).run(operation, type, sizes);
      trial.expect("y", type, want, 2e-6, what);
      trial.in("dy", type, dy).out("dx", type, x.length);
      trial.run(operation + "_gradient", type, sizes);
      var gradient = gradient(logarithm, trial.floats("y", type), dy, columns);
      trial.expect("dx", type, gradient, 2e-6 * Math.sqrt(columns), what + " gradient");
    }
  }

  private static double[] forward(boolean logarithm, float[] x, int columns) {
    var y = new double[x.length];
    for (int row = 0; row < x.length; row += columns) {
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < columns; c++) max = Math.max(max, x[row + c]);
      double sum = 0;
      for (int c = 0; c < columns; c++) sum += Math.exp(x[row + c] - max);
      for (int c = 0; c < columns; c++) {
        double shifted = x[row + c] - max;
        y[row + c] = logarithm ? shifted - Math.log(sum) : Math.exp(shifted) / sum;
      }
    }
    return y;
  }

  private static double[] gradient(boolean logarithm, float[] y, float[] dy, int columns) {
    var dx = new double[y.length];
    for (int row = 0; row < y.length; row += columns) {
      double sum = 0;
      for (int c = 0; c < columns; c++) sum += logarithm ? dy[row + c] : y[row + c] * dy[row + c];
      for (int c = 0; c < columns; c++) {
        double d = dy[row + c];
        dx[row + c] = logarithm ? d - Math.exp(y[row + c]) * sum : y[row + c] * (d - sum);
      }
    }
    return dx;
  }

  @ParameterizedTest
  @ValueSource(ints = {33, 1000, 20_001})
  void specialNumbers(int columns) {
    var x = Numbers.normal(4 * columns, 5);
    x[3] = Float.NEGATIVE_INFINITY;
    x[columns + 7] = Float.NaN;
    x[2 * columns + 30] = Float.POSITIVE_INFINITY;
    for (int c = 0; c < columns; c++) x[3 * columns + c] = Float.NEGATIVE_INFINITY;
    try (var trial = KernelTrial.watched(0)) {
      trial.in("x", ElementType.F32, x).out("y", ElementType.F32, x.length);
      trial.run("softmax", ElementType.F32, Sizes.matrix(4, columns));
      var y = trial.floats("y", ElementType.F32);
      trial.expect("y", ElementType.F32, forward(false, x, columns), 2e-6, columns + " columns");
      assertTrue(y[3] == 0 && Float.isNaN(y[columns]) && Float.isNaN(y[4 * columns - 1]));
    }
  }
}
