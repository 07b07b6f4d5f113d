package io.gatun.engine.data;

import io.gatun.engine.train.Column;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ojalgo.function.constant.PrimitiveMath;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/// Finds all principal components: from the covariance where there are more samples than features,
/// else from the singular values of the centred samples. The covariance squares the range of the
/// values, which double precision has room for: samples are of single precision.
final class PcaFit {
  private static final int CHUNK_ROWS = 512;

  private final Column column;
  private final int rows;
  private final int features;
  private final double[] mean;

  private PcaFit(Column column) {
    Features.requireSamples(column, "PCA");
    this.column = column;
    rows = column.rows();
    features = Features.width(column);
    if (rows < 2) throw new IllegalArgumentException("PCA: one sample does not vary");
    mean = new double[features];
    double[] values = new double[features];
    for (int row = 0; row < rows; row++) {
      Features.read(column, row, values);
      for (int i = 0; i < features; i++) mean[i] += values[i];
    }
    for (int i = 0; i < features; i++) mean[i] /= rows;
  }

  /// All components, as many as there are features or samples.
  static Pca of(Column column) {
    var fit = new PcaFit(column);
    return fit.rows > fit.features ? fit.fromCovariance() : fit.fromSamples();
  }

  private Pca fromCovariance() {
    var covariance = R064Store.FACTORY.make(features, features);
    for (int start = 0; start < rows; start += CHUNK_ROWS) {
      var chunk = centred(start, Math.min(rows, start + CHUNK_ROWS));
      covariance.modifyMatching(PrimitiveMath.ADD, chunk.transpose().multiply(chunk));
    }
    Eigenvalue<Double> eigen = Eigenvalue.R064.make(covariance, true);
    if (!eigen.decompose(covariance)) throw new ArithmeticException("PCA: no eigenvalues found");
    double[] squares = eigen.getEigenvalues().stream().mapToDouble(v -> v.getReal()).toArray();
    return pca(squares, eigen.getV());
  }

  private Pca fromSamples() {
    var samples = centred(0, rows);
    SingularValue<Double> singular = SingularValue.R064.make(samples);
    if (!singular.decompose(samples))
      throw new ArithmeticException("PCA: no singular values found");
    double[] squares = singular.getSingularValues().stream().mapToDouble(v -> v * v).toArray();
    return pca(squares, singular.getV());
  }

  /// Rows `[from, to)` less the mean.
  private R064Store centred(int from, int to) {
    var matrix = R064Store.FACTORY.make(to - from, features);
    double[] values = new double[features];
    for (int row = from; row < to; row++) {
      column.read(row, values);
      for (int i = 0; i < features; i++) matrix.set(row - from, i, values[i] - mean[i]);
    }
    return matrix;
  }

  /// @param squares sums of squares along each direction, in any order
  /// @param directions one a column
  private Pca pca(double[] squares, MatrixStore<Double> directions) {
    int count = Math.min(rows, features);
    int[] order =
        IntStream.range(0, squares.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -squares[i]))
            .limit(count)
            .mapToInt(Integer::intValue)
            .toArray();
    double[] variance =
        Arrays.stream(order).mapToDouble(i -> Math.max(0, squares[i]) / (rows - 1)).toArray();
    double total = Arrays.stream(variance).sum();
    if (total == 0) throw new IllegalArgumentException("PCA: all samples are equal");
    return new Pca(
        mean,
        Arrays.stream(order).mapToObj(i -> direction(directions, i)).toArray(double[][]::new),
        variance,
        Arrays.stream(variance).map(v -> v / total).toArray());
  }

  private double[] direction(MatrixStore<Double> directions, int index) {
    double[] direction = new double[features];
    int largest = 0;
    for (int i = 0; i < features; i++) {
      direction[i] = directions.doubleValue(i, index);
      if (Math.abs(direction[i]) > Math.abs(direction[largest])) largest = i;
    }
    if (direction[largest] < 0) {
      for (int i = 0; i < features; i++) direction[i] = -direction[i];
    }
    return direction;
  }
}
