package io.gatun.bench.models;

import io.gatun.bench.Subject;
import java.util.Locale;
import java.util.Map;

/// How far two subjects' results are apart: for each result the greatest difference over the
/// greatest number in it; of all results and sets of inputs the greatest.
record Agreement(double difference, double tolerance) {
  /// Runs both on the first `sets` sets of inputs.
  ///
  /// @throws IllegalStateException when their results have other names or sizes
  static Agreement of(Subject a, Subject b, int sets, double tolerance) {
    double difference = 0;
    for (int set = 0; set < sets; set++) {
      difference = Math.max(difference, difference(a.results(set), b.results(set)));
    }
    return new Agreement(difference, tolerance);
  }

  private static double difference(Map<String, float[]> got, Map<String, float[]> want) {
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
      double greatest = Float.MIN_NORMAL;
      double apart = 0;
      for (int i = 0; i < x.length; i++) {
        greatest = Math.max(greatest, Math.abs(y[i]));
        double d = Math.abs(x[i] - y[i]);
        apart = Math.max(apart, Double.isNaN(d) ? Double.POSITIVE_INFINITY : d);
      }
      difference = Math.max(difference, apart / greatest);
    }
    return difference;
  }

  boolean isGood() {
    return difference <= tolerance;
  }

  String text() {
    return String.format(
        Locale.ROOT, "values differ by %.1e of the greatest (at most %.0e)", difference, tolerance);
  }
}
