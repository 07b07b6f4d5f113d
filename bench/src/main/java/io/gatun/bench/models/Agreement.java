package io.gatun.bench.models;

import io.gatun.bench.Subject;
import java.util.Locale;
import java.util.Map;

/// How far two subjects' results are apart: of all results and sets of inputs the greatest distance
/// by this norm.
record Agreement(Norm norm, double difference) {
  /// How results are compared, and what may be between them.
  enum Norm {
    /// The greatest difference over the greatest number of the result: for floats.
    GREATEST(1e-3),
    /// The root of the sum of the squares of the differences, over that of the numbers: for
    /// activations of eight bits. A sum whose last bit differs is rounded to another step where it
    /// lies between two; a step is 1/255 of the range, and a few layers on all numbers have moved
    /// by some. ONNX Runtime with and without its optimizations is up to 0.1 apart on the int8
    /// MiniLM, and both are 0.2 from the floats.
    ROOT_MEAN_SQUARE(0.2);

    private final double tolerance;

    Norm(double tolerance) {
      this.tolerance = tolerance;
    }

    private double distance(float[] x, float[] y) {
      double apart = 0;
      double size = Float.MIN_NORMAL;
      for (int i = 0; i < x.length; i++) {
        double d = Math.abs(x[i] - y[i]);
        if (Double.isNaN(d)) return Double.POSITIVE_INFINITY;
        switch (this) {
          case GREATEST -> {
            apart = Math.max(apart, d);
            size = Math.max(size, Math.abs(y[i]));
          }
          case ROOT_MEAN_SQUARE -> {
            apart = Math.hypot(apart, d);
            size = Math.hypot(size, y[i]);
          }
        }
      }
      return apart / size;
    }
  }

  /// Runs both on the first `sets` sets of inputs.
  ///
  /// @throws IllegalStateException when their results have other names or sizes
  static Agreement of(Subject a, Subject b, int sets, Norm norm) {
    double difference = 0;
    for (int set = 0; set < sets; set++) {
      difference = Math.max(difference, difference(a.results(set), b.results(set), norm));
    }
    return new Agreement(norm, difference);
  }

  private static double difference(Map<String, float[]> got, Map<String, float[]> want, Norm norm) {
    if (want.isEmpty() || !got.keySet().equals(want.keySet())) {
      throw new IllegalStateException(
          "the results are %s on one side, %s on the other".formatted(got.keySet(), want.keySet()));
    }
    double difference = 0;
    for (var entry : want.entrySet()) {
      float[] x = got.get(entry.getKey());
      float[] y = entry.getValue();
      if (x.length != y.length) {
        throw new IllegalStateException(
            "%s has %d elements on one side, %d on the other"
                .formatted(entry.getKey(), x.length, y.length));
      }
      difference = Math.max(difference, norm.distance(x, y));
    }
    return difference;
  }

  boolean isGood() {
    return difference <= norm.tolerance;
  }

  String text() {
    return String.format(
        Locale.ROOT,
        "values differ by %.1e of the %s (at most %.0e)",
        difference,
        norm == Norm.GREATEST ? "greatest" : "root mean square",
        norm.tolerance);
  }
}
