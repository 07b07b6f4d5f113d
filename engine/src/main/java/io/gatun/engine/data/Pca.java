package io.gatun.engine.data;

import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.Stream;

/// Principal component analysis: the directions in which samples vary most, orthogonal to each
/// other (Pearson, On Lines and Planes of Closest Fit to Systems of Points in Space, 1901). The
/// sign of a component is that which makes its largest element positive, as in scikit-learn.
///
/// @param mean of each feature
/// @param components `[components][features]`, of length 1, by falling variance
/// @param explainedVariance of the samples along each component, divided by `n - 1`
/// @param explainedVarianceRatio the share of each component in the variance of all features
public record Pca(
    double[] mean,
    double[][] components,
    double[] explainedVariance,
    double[] explainedVarianceRatio) {
  /// Copies the arrays; checks that their sizes fit each other and that all numbers are finite.
  public Pca {
    mean = mean.clone();
    components = Arrays.stream(components).map(double[]::clone).toArray(double[][]::new);
    explainedVariance = explainedVariance.clone();
    explainedVarianceRatio = explainedVarianceRatio.clone();
    int k = components.length;
    int features = mean.length;
    if (k == 0
        || explainedVariance.length != k
        || explainedVarianceRatio.length != k
        || Arrays.stream(components).anyMatch(c -> c.length != features)) {
      throw new IllegalArgumentException(
          "PCA: %d components do not fit %d variances, %d ratios and %d features"
              .formatted(k, explainedVariance.length, explainedVarianceRatio.length, mean.length));
    }
    var numbers =
        Stream.concat(
            Stream.of(mean, explainedVariance, explainedVarianceRatio), Arrays.stream(components));
    if (!numbers.flatMapToDouble(Arrays::stream).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("PCA: a number is not finite");
    }
  }

  /// Learns the first `components` components.
  ///
  /// @throws IllegalArgumentException if there are fewer of them than asked for, all samples are
  ///     equal, or naming row and feature of a number that is not finite
  public static Pca fit(Column column, int components) {
    int most = Math.min(column.rows(), Features.width(column));
    if (components < 1 || components > most) {
      throw new IllegalArgumentException(
          "PCA: %d components of column \"%s\" of %s, which has 1 to %d"
              .formatted(components, column.name(), column.type(), most));
    }
    return PcaFit.of(column).first(components);
  }

  /// Learns so many components that they explain more than `share` of the variance.
  ///
  /// @param share between 0 and 1
  public static Pca fit(Column column, double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("PCA: " + share + " is no share between 0 and 1");
    }
    var all = PcaFit.of(column);
    double explained = 0;
    int components = 0;
    while (components < all.explainedVarianceRatio.length && explained <= share) {
      explained += all.explainedVarianceRatio[components++];
    }
    return all.first(components);
  }

  private Pca first(int count) {
    return new Pca(
        mean,
        Arrays.copyOf(components, count),
        Arrays.copyOf(explainedVariance, count),
        Arrays.copyOf(explainedVarianceRatio, count));
  }

  /// Coordinates of the samples along the components, as `f32[n,components]` in `arena`.
  public Column transform(Column column, Arena arena) {
    Features.requireWidth(column, mean.length, "PCA");
    double[] coordinates = new double[components.length];
    return Features.map(
        column,
        Shape.of(components.length),
        values -> {
          for (int i = 0; i < values.length; i++) values[i] -= mean[i];
          for (int c = 0; c < coordinates.length; c++) coordinates[c] = dot(values, components[c]);
          return coordinates;
        },
        arena);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }

  /// The samples of these coordinates, as `f32[n,features]` in `arena`: what the components that
  /// were left out explain is missing.
  public Column inverse(Column coordinates, Arena arena) {
    Features.requireWidth(coordinates, components.length, "PCA back");
    double[] sample = new double[mean.length];
    return Features.map(
        coordinates,
        Shape.of(mean.length),
        values -> {
          System.arraycopy(mean, 0, sample, 0, sample.length);
          for (int c = 0; c < values.length; c++) {
            for (int i = 0; i < sample.length; i++) sample[i] += values[c] * components[c][i];
          }
          return sample;
        },
        arena);
  }

  /// This as JSON, for [#parse].
  public String toJson() {
    return StateJson.write(
        new StateJson.Field("mean", mean),
        new StateJson.Field("components", components),
        new StateJson.Field("explained_variance", explainedVariance),
        new StateJson.Field("explained_variance_ratio", explainedVarianceRatio));
  }

  /// What [#toJson] wrote.
  ///
  /// @throws IllegalArgumentException if the text is anything else
  public static Pca parse(String json) {
    var state = StateJson.parse("PCA", json);
    return new Pca(
        state.numbers("mean"),
        state.matrix("components"),
        state.numbers("explained_variance"),
        state.numbers("explained_variance_ratio"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pca that
        && Arrays.equals(mean, that.mean)
        && Arrays.deepEquals(components, that.components)
        && Arrays.equals(explainedVariance, that.explainedVariance)
        && Arrays.equals(explainedVarianceRatio, that.explainedVarianceRatio);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.deepHashCode(components);
  }

  @Override
  public String toString() {
    return "%d components of %d features".formatted(components.length, mean.length);
  }
}
