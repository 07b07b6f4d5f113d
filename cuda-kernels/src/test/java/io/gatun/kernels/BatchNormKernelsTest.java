package io.gatun.kernels;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchNormKernelsTest {
  private static final float EPSILON = 1e-3f;

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, F32",
    "2, 33, 1, F32",
    "127, 32, 3, F32",
    "1000, 31, 8, F32",
    "33, 127, 64, F32",
    "100, 33, 4, BF16"
  })
  void trainingInferenceAndGradient(int rows, int channels, int parts, ElementType type) {
    var x = Numbers.normal(rows * channels, rows);
    for (int i = 0; i < x.length; i++) x[i] += 30;
    x = Numbers.rounded(x, type);
    var gamma = Numbers.rounded(Numbers.normal(channels, 3), type);
    var beta = Numbers.rounded(Numbers.normal(channels, 4), type);
    var dy = Numbers.rounded(Numbers.normal(rows * channels, 5), type);
    var sizes = Sizes.none().with("rows", rows).with("channels", channels).with("parts", parts);
    var mean = new double[channels];
    var variance = new double[channels];
    var rstd = new double[channels];
    for (int i = 0; i < x.length; i++) mean[i % channels] += (double) x[i] / rows;
    for (int i = 0; i < x.length; i++) {
      variance[i % channels] += Math.pow(x[i] - mean[i % channels], 2) / rows;
    }
    for (int c = 0; c < channels; c++) rstd[c] = 1 / Math.sqrt(variance[c] + EPSILON);
    var what = "%d rows, %d channels, %d parts, %s".formatted(rows, channels, parts, type);
    try (var trial = KernelTrial.watched(x.length)) {
      trial.in("x", type, x).in("gamma", type, gamma).in("beta", type, beta);
      trial.in("epsilon", type, EPSILON).in("dy", type, dy);
      trial.out("sums", ElementType.F32, 2L * parts * channels);
      for (String name : new String[] {"mean", "variance", "rstd", "dgamma", "dbeta"}) {
        trial.out(name, type, channels);
      }
      trial.out("y", type, x.length).out("dx", type, x.length);
      trial.run("batchnorm_moments", type, sizes);
      trial.run("batchnorm_statistics", type, sizes);
      trial.run("batchnorm_apply", type, sizes);
      trial.expect("mean", type, mean, 1e-5, what);
      trial.expect("variance", type, variance, 1e-5, what);
      trial.expect("rstd", type, rstd, 1e-4, what);
      var m = trial.floats("mean", type);
      var r = trial.floats("rstd", type);
      var y = new double[x.length];
      var dgamma = new double[channels];
      var dbeta = new double[channels];
      for (int i = 0; i < x.length; i++) {
        int c = i % channels;
        double normal = ((double) x[i] - m[c]) * r[c];
        y[i] = normal * gamma[c] + beta[c];
        dgamma[c] += dy[i] * normal;
        dbeta[c] += dy[i];
      }
      trial.expect("y", type, y, 1e-5, what);

      trial.run("batchnorm_products", type, sizes);
      trial.run("batchnorm_sums", type, sizes);
      trial.expect("dgamma", type, dgamma, 1e-4, what);
      trial.expect("dbeta", type, dbeta, 1e-4, what);
      trial.run("batchnorm_gradient", type, sizes);
      var along = trial.floats("dgamma", type);
      var shift = trial.floats("dbeta", type);
      var dx = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        int c = i % channels;
        double normal = ((double) x[i] - m[c]) * r[c];
        dx[i] = (dy[i] - shift[c] / rows - normal * along[c] / rows) * r[c] * gamma[c];
      }
      trial.expect("dx", type, dx, 1e-4, what);

      // Inference: the variance in the place of its root's reciprocal.
      var inference = new double[x.length];
      var v = trial.floats("variance", type);
      for (int i = 0; i < x.length; i++) {
        int c = i % channels;
        inference[i] = ((double) x[i] - m[c]) / Math.sqrt(v[c] + EPSILON) * gamma[c] + beta[c];
      }
      trial.absent("rstd").run("batchnorm_apply", type, sizes);
      trial.expect("y", type, inference, 1e-4, what);
    }
  }
}
