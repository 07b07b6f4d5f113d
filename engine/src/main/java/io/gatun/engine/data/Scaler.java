package io.gatun.engine.data;

import io.gatun.engine.train.Column;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Locale;

/// Brings each feature to a common range: `y = (x - centre) / scale + low`, with centre and scale
/// learned from training data. A feature that is constant there is shifted and not scaled, as in
/// scikit-learn.
///
/// @param low of the range of [#minMax(Column, double, double)], else 0
public record Scaler(Kind kind, double[] centre, double[] scale, double low) {
  private static final double EPSILON = 0x1p-52;

  /// How centre and scale are learned.
  public enum Kind {
    /// Mean and standard deviation.
    STANDARD,
    /// Least value and distance to the greatest.
    MIN_MAX,
    /// Median and distance between the quartiles, which outliers hardly move.
    ROBUST
  }

  /// Copies the arrays; checks that they are as long as each other, finite and without a scale of
  /// 0.
  public Scaler {
    centre = centre.clone();
    scale = scale.clone();
    if (centre.length != scale.length
        || !Double.isFinite(low)
        || !Arrays.stream(centre).allMatch(Double::isFinite)
        || !Arrays.stream(scale).allMatch(s -> Double.isFinite(s) && s != 0)) {
      throw new IllegalArgumentException(
          "scaler: wants as many finite centres as finite scales that are not 0, got %d and %d"
              .formatted(centre.length, scale.length));
    }
  }

  /// To mean 0 and (population) standard deviation 1, the z-score.
  ///
  /// @throws IllegalArgumentException naming row and feature of a number that is not finite
  public static Scaler standard(Column column) {
    double[] mean = new double[checkedWidth(column)];
    double[] correction = new double[mean.length];
    double[] scale = new double[mean.length];
    double[] values = new double[mean.length];
    int n = column.rows();
    for (int row = 0; row < n; row++) {
      Features.read(column, row, values);
      for (int i = 0; i < mean.length; i++) mean[i] += values[i];
    }
    for (int i = 0; i < mean.length; i++) mean[i] /= n;
    for (int row = 0; row < n; row++) {
      column.read(row, values);
      for (int i = 0; i < mean.length; i++) {
        double distance = values[i] - mean[i];
        correction[i] += distance;
        scale[i] += distance * distance;
      }
    }
    for (int i = 0; i < mean.length; i++) {
      double variance = (scale[i] - correction[i] * correction[i] / n) / n;
      scale[i] = isConstant(variance, mean[i], n) ? 1 : Math.sqrt(variance);
    }
    return new Scaler(Kind.STANDARD, mean, scale, 0);
  }

  /// Whether a variance is what rounding leaves of a constant (the bound of scikit-learn).
  private static boolean isConstant(double variance, double mean, int n) {
    double rounding = n * mean * EPSILON;
    return variance <= n * EPSILON * variance + rounding * rounding;
  }

  /// To the range from 0 to 1.
  public static Scaler minMax(Column column) {
    return minMax(column, 0, 1);
  }

  /// To the range from `low` to `high`.
  public static Scaler minMax(Column column, double low, double high) {
    if (!(low < high)) {
      throw new IllegalArgumentException("min-max: range from " + low + " to " + high);
    }
    double[] min = new double[checkedWidth(column)];
    double[] max = new double[min.length];
    double[] values = new double[min.length];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
    for (int row = 0; row < column.rows(); row++) {
      Features.read(column, row, values);
      for (int i = 0; i < min.length; i++) {
        min[i] = Math.min(min[i], values[i]);
        max[i] = Math.max(max[i], values[i]);
      }
    }
    for (int i = 0; i < min.length; i++) max[i] = orOne(max[i] - min[i]) / (high - low);
    return new Scaler(Kind.MIN_MAX, min, max, low);
  }

  /// To median 0 and a distance of 1 between the quartiles.
  public static Scaler robust(Column column) {
    double[] centre = new double[checkedWidth(column)];
    double[] scale = new double[centre.length];
    double[] feature = new double[column.rows()];
    for (int i = 0; i < centre.length; i++) {
      for (int row = 0; row < feature.length; row++) feature[row] = Features.at(column, row, i);
      Arrays.sort(feature);
      centre[i] = Statistics.quantile(feature, 0.5);
      scale[i] = orOne(Statistics.quantile(feature, 0.75) - Statistics.quantile(feature, 0.25));
    }
    return new Scaler(Kind.ROBUST, centre, scale, 0);
  }

  private static double orOne(double range) {
    return range < 10 * EPSILON ? 1 : range;
  }

  private static int checkedWidth(Column column) {
    Features.requireSamples(column, "fit a scaler");
    return Features.width(column);
  }

  /// The column scaled, as f32 of the same shape in `arena`.
  ///
  /// @throws IllegalArgumentException naming row and feature of a number that is not finite
  public Column transform(Column column, Arena arena) {
    Features.requireWidth(column, centre.length, "scale");
    double[] scaled = new double[centre.length];
    return Features.map(
        column,
        column.rowShape(),
        values -> {
          for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (values[i] - centre[i]) / scale[i] + low;
          }
          return scaled;
        },
        arena);
  }

  /// What was scaled as it had been, as f32 of the same shape in `arena`.
  public Column inverse(Column column, Arena arena) {
    Features.requireWidth(column, centre.length, "scale back");
    double[] original = new double[centre.length];
    return Features.map(
        column,
        column.rowShape(),
        values -> {
          for (int i = 0; i < original.length; i++) {
            original[i] = (values[i] - low) * scale[i] + centre[i];
          }
          return original;
        },
        arena);
  }

  /// This scaler as JSON, for [#parse].
  public String toJson() {
    return StateJson.write(
        new StateJson.Field("kind", kind.name().toLowerCase(Locale.ROOT)),
        new StateJson.Field("centre", centre),
        new StateJson.Field("scale", scale),
        new StateJson.Field("low", low));
  }

  /// The scaler that [#toJson] wrote.
  ///
  /// @throws IllegalArgumentException if the text is anything else
  public static Scaler parse(String json) {
    var state = StateJson.parse("scaler", json);
    String kind = state.text("kind");
    return Arrays.stream(Kind.values())
        .filter(k -> k.name().toLowerCase(Locale.ROOT).equals(kind))
        .findFirst()
        .map(
            k ->
                new Scaler(k, state.numbers("centre"), state.numbers("scale"), state.number("low")))
        .orElseThrow(() -> state.fault("kind", "standard, min_max or robust"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Scaler that
        && kind == that.kind
        && Arrays.equals(centre, that.centre)
        && Arrays.equals(scale, that.scale)
        && low == that.low;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(centre) + Arrays.hashCode(scale);
  }

  @Override
  public String toString() {
    return "%s scaler of %d features".formatted(kind, centre.length);
  }
}
