package io.gatun.engine.nn;

import io.gatun.graph.tensor.Shape;
import java.util.function.DoubleSupplier;

/// Random matrices with orthonormal rows or columns, uniform among these: the orthogonal factor of
/// a matrix of normal numbers (Mezzadri, "How to generate random matrices from the classical
/// compact groups", 2007), by the modified Gram-Schmidt process, whose diagonal is positive as it
/// must be.
final class OrthogonalMatrix {
  private OrthogonalMatrix() {}

  /// The elements in row-major order. All axes but the last count rows.
  static DoubleSupplier of(Shape shape, double gain, HostRandom random) {
    Checks.fits(shape.rank() >= 2, "orthogonal initializer: wants a matrix, got %s", shape);
    int columns = shape.dim(shape.rank() - 1);
    int rows = columns == 0 ? 0 : Math.toIntExact(shape.size() / columns);
    boolean wide = rows <= columns;
    double[][] vectors = new double[Math.min(rows, columns)][Math.max(rows, columns)];
    for (double[] vector : vectors) {
      for (int i = 0; i < vector.length; i++) vector[i] = random.normal();
    }
    orthonormalize(vectors);
    var at = new int[1];
    return () -> {
      int row = at[0] / columns;
      int column = at[0]++ % columns;
      return gain * (wide ? vectors[row][column] : vectors[column][row]);
    };
  }

  private static void orthonormalize(double[][] vectors) {
    for (int i = 0; i < vectors.length; i++) {
      addScaled(vectors[i], 1 / Math.sqrt(dot(vectors[i], vectors[i])) - 1, vectors[i]);
      for (int j = i + 1; j < vectors.length; j++) {
        addScaled(vectors[j], -dot(vectors[i], vectors[j]), vectors[i]);
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }

  /// `a + factor * b` into `a`.
  private static void addScaled(double[] a, double factor, double[] b) {
    for (int i = 0; i < a.length; i++) a[i] += factor * b[i];
  }
}
