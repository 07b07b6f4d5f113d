package io.gatun.kernels;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizationKernelsTest {
  private static final int ROWS = 6;
  private static final float EPSILON = 1e-3f;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 32, 33, 127, 256, 1000, 4098, 16_400})
  void layerAndRootMeanSquareNormalization(int columns) {
    check(ElementType.F32, columns);
  }

  @ParameterizedTest
  @CsvSource({"BF16, 33", "BF16, 264", "F16, 127", "F16, 1024"})
  void narrowTypes(ElementType type, int columns) {
    check(type, columns);
  }

  private static void check(ElementType type, int columns) {
    // A mean far from zero shows a variance that is computed as a difference of squares.
    var x = Numbers.normal(ROWS * columns, columns);
    for (int i = 0; i < x.length; i++) x[i] += 20;
    x = Numbers.rounded(x, type);
    var gamma = Numbers.rounded(Numbers.normal(columns, 3), type);
    var beta = Numbers.rounded(Numbers.normal(columns, 4), type);
    var sizes = Sizes.matrix(ROWS, columns);
    for (boolean centred : new boolean[] {true, false}) {
      var what = "%s %s %d columns".formatted(centred ? "layernorm" : "rmsnorm", type, columns);
      try (var trial = KernelTrial.watched(ROWS * columns)) {
        trial.in("x", type, x).in("gamma", type, gamma).in("beta", type, beta);
        trial.in("epsilon", type, EPSILON);
        trial.out("y", type, x.length).out("mean", type, ROWS).out("rstd", type, ROWS);
        trial.run(centred ? "layernorm" : "rmsnorm", type, sizes);
        var want = new Norm(x, Numbers.rounded(new float[] {EPSILON}, type)[0], columns, centred);
        trial.expect("y", type, want.y(gamma, beta), 4e-5, what);
        trial.expect("rstd", type, want.rstd, 1e-5, what);
        if (centred) trial.expect("mean", type, want.mean, 1e-5, what);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, F32", "33, F32", "127, F32", "256, F32", "1000, F32", "4098, F32", "264, BF16"})
  void gradients(int columns, ElementType type) {
    int rows = 11;
    var x = Numbers.rounded(Numbers.normal(rows * columns, columns), type);
    var gamma = Numbers.rounded(Numbers.normal(columns, 3), type);
    var dy = Numbers.rounded(Numbers.normal(rows * columns, 5), type);
    var sizes = Sizes.matrix(rows, columns).with("parts", 4);
    for (boolean centred : new boolean[] {true, false}) {
      var name = centred ? "layernorm_gradient" : "rmsnorm_gradient";
      var what = "%s %s %d columns".formatted(name, type, columns);
      var norm = new Norm(x, EPSILON, columns, centred);
      try (var trial = KernelTrial.watched(rows * columns)) {
        trial.in("x", type, x).in("gamma", type, gamma).in("dy", type, dy);
        trial.in("mean", type, floats(norm.mean)).in("rstd", type, floats(norm.rstd));
        trial.out("dx", type, x.length).out("sums", ElementType.F32, 8L * columns);
        trial.run(name, type, sizes);
        trial.out("dgamma", type, columns).out("dbeta", type, columns);
        if (!centred) trial.absent("dbeta");
        trial.run("norm_parameters", type, sizes);
        // The kernel reads the statistics as they are stored.
        norm.mean = trial(trial, "mean", type);
        norm.rstd = trial(trial, "rstd", type);
        trial.expect("dx", type, norm.dx(gamma, dy), 4e-5, what);
        trial.expect("dgamma", type, norm.dgamma(dy), 2e-5, what);
      }
    }
  }

  private static double[] trial(KernelTrial trial, String name, ElementType type) {
    var values = trial.floats(name, type);
    var doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) doubles[i] = values[i];
    return doubles;
  }

  private static float[] floats(double[] values) {
    return Numbers.fill(values.length, i -> values[i]);
  }

  /// The plain definition, in double precision.
  private static final class Norm {
    private final float[] x;
    private final int columns;
    private final boolean centred;
    private double[] mean;
    private double[] rstd;

    Norm(float[] x, float epsilon, int columns, boolean centred) {
      this.x = x;
      this.columns = columns;
      this.centred = centred;
      mean = new double[x.length / columns];
      rstd = new double[mean.length];
      for (int row = 0; row < mean.length; row++) {
        double sum = 0;
        for (int c = 0; c < columns; c++) sum += x[row * columns + c];
        mean[row] = centred ? sum / columns : 0;
        double squares = 0;
        for (int c = 0; c < columns; c++) {
          squares += Math.pow(x[row * columns + c] - mean[row], 2);
        }
        rstd[row] = 1 / Math.sqrt(squares / columns + epsilon);
      }
    }

    private double normal(int i) {
      return (x[i] - (centred ? mean[i / columns] : 0)) * rstd[i / columns];
    }

    double[] y(float[] gamma, float[] beta) {
      var y = new double[x.length];
      for (int i = 0; i < y.length; i++) {
        y[i] = normal(i) * gamma[i % columns] + (centred ? beta[i % columns] : 0);
      }
      return y;
    }

    double[] dx(float[] gamma, float[] dy) {
      var dx = new double[x.length];
      for (int row = 0; row < mean.length; row++) {
        double shift = 0;
        double along = 0;
        for (int c = 0; c < columns; c++) {
          int i = row * columns + c;
          shift += centred ? (double) dy[i] * gamma[c] / columns : 0;
          along += (double) dy[i] * gamma[c] * normal(i) / columns;
        }
        for (int c = 0; c < columns; c++) {
          int i = row * columns + c;
          dx[i] = rstd[row] * ((double) dy[i] * gamma[c] - shift - normal(i) * along);
        }
      }
      return dx;
    }

    double[] dgamma(float[] dy) {
      var dgamma = new double[columns];
      for (int i = 0; i < x.length; i++) dgamma[i % columns] += dy[i] * normal(i);
      return dgamma;
    }
  }
}
