package io.gatun.graph.ir;

/// The error function to double precision, by its Maclaurin series near zero and the continued
/// fraction of erfc beyond (Abramowitz and Stegun 7.1.6 and 7.1.14).
final class Erf {
  private static final double SWITCH = 2.5;

  private Erf() {}

  static double erf(double x) {
    if (Double.isNaN(x)) return x;
    double z = Math.abs(x);
    if (z > 6) return Math.signum(x);
    return Math.signum(x) * (z < SWITCH ? series(z) : 1 - complement(z));
  }

  /// 2/sqrt(pi) exp(-z^2) times the sum of 2^n z^(2n+1) / (2n+1)!!; every term is positive.
  private static double series(double z) {
    double term = z;
    double sum = z;
    for (int n = 1; term > sum * 1e-17; n++) {
      term *= 2 * z * z / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-z * z) * sum;
  }

  private static double complement(double z) {
    double fraction = z;
    for (int n = 60; n > 0; n--) fraction = z + n / 2.0 / fraction;
    return Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction);
  }
}
