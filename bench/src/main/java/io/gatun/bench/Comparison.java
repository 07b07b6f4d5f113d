package io.gatun.bench;

import java.util.Arrays;

/// Times of a run of two subjects, in nanoseconds, pair by pair as they were measured.
public record Comparison(double[] a, double[] b) {
  public double medianOfA() {
    return quantile(a, 0.5);
  }

  public double medianOfB() {
    return quantile(b, 0.5);
  }

  /// Time of A over time of B, of the medians: below 1, A is faster.
  public double ratio() {
    return medianOfA() / medianOfB();
  }

  /// Time of A over time of B, of the fastest batch of each: what a quiet machine would show.
  public double ratioOfFastest() {
    return quantile(a, 0) / quantile(b, 0);
  }

  /// The quantile `q` of the ratios of the pairs.
  public double ratio(double q) {
    double[] ratios = new double[a.length];
    for (int i = 0; i < ratios.length; i++) ratios[i] = a[i] / b[i];
    return quantile(ratios, q);
  }

  /// The quantile `q` of numbers, linear between the two nearest of the sorted numbers.
  public static double quantile(double[] numbers, double q) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    double position = q * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
