package io.gatun.engine.cuda.library;

/// `d[m,n] = epilogue(alpha * sum over k of a[m,k] * b[k,n] + beta * c[m,n])` for each matrix of a
/// batch. `c` lies as `d` does and may be the same memory; it is not read where `beta` is 0.
///
/// @param d the result; never transposed
public record MatrixProduct(
    int batch,
    int m,
    int n,
    int k,
    Matrix a,
    Matrix b,
    Matrix d,
    Precision precision,
    float alpha,
    float beta,
    Epilogue epilogue) {
  public MatrixProduct {
    if (batch < 1 || m < 1 || n < 1 || k < 1) {
      throw new IllegalArgumentException(
          "a product needs positive sizes: batch %d, m %d, n %d, k %d".formatted(batch, m, n, k));
    }
    if (d.transposed()) {
      throw new IllegalArgumentException("swap and transpose a and b to have d transposed");
    }
    check("a", a, m, k);
    check("b", b, k, n);
    check("d", d, m, n);
  }

  /// `a * b` of packed matrices of one type.
  public static MatrixProduct of(int m, int n, int k, io.gatun.graph.tensor.DType type) {
    return new MatrixProduct(
        1,
        m,
        n,
        k,
        Matrix.packed(type, m, k),
        Matrix.packed(type, k, n),
        Matrix.packed(type, m, n),
        Precision.FULL,
        1,
        0,
        Epilogue.NONE);
  }

  public MatrixProduct withEpilogue(Epilogue other) {
    return new MatrixProduct(batch, m, n, k, a, b, d, precision, alpha, beta, other);
  }

  public MatrixProduct withPrecision(Precision other) {
    return new MatrixProduct(batch, m, n, k, a, b, d, other, alpha, beta, epilogue);
  }

  /// Elements of a row of the auxiliary; 0 where there is none.
  public long auxiliaryLeadingDimension() {
    return epilogue.auxiliary() == Epilogue.Auxiliary.NONE
        ? 0
        : epilogue.auxiliary().rowElements(n);
  }

  /// Bytes of the auxiliary of the whole batch.
  public long auxiliaryBytes() {
    long elements = auxiliaryLeadingDimension() * m * batch;
    return switch (epilogue.auxiliary()) {
      case NONE -> 0;
      case BITS -> elements / 8;
      case VALUES -> elements * d.type().bytes();
    };
  }

  /// Multiplications and additions.
  public double flops() {
    return 2.0 * batch * m * n * k;
  }

  private static void check(String name, Matrix matrix, int rows, int columns) {
    int width = matrix.transposed() ? rows : columns;
    if (matrix.leadingDimension() < width) {
      throw new IllegalArgumentException(
          "the leading dimension %d of %s is less than its rows of %d elements"
              .formatted(matrix.leadingDimension(), name, width));
    }
  }
}
