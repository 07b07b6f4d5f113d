package io.gatun.kernels;

import java.util.List;
import java.util.Locale;

/// A batch of products as the hole `src/test/cuda/product` computes it:
/// `C[b, m, n] = 0.5 * sum(A[b, m, k] * B[b, k, n]) + bias[n]`.
///
/// @param product type of the tensor cores' products: F32 (tf32), F16 or BF16
/// @param transposedA whether A lies as `[b, k, m]`
/// @param transposedB whether B lies as `[b, n, k]`
/// @param opaque whether the hole hides that A and B are plain arrays
record Product(
    int batch,
    int m,
    int n,
    int k,
    String a,
    String b,
    String c,
    String product,
    boolean transposedA,
    boolean transposedB,
    boolean isOpaque) {

  static Product of(int batch, int m, int n, int k) {
    return new Product(batch, m, n, k, "F32", "F32", "F32", "F32", false, false, false);
  }

  Product types(String newA, String newB, String newC, String newProduct) {
    return new Product(
        batch, m, n, k, newA, newB, newC, newProduct, transposedA, transposedB, isOpaque);
  }

  Product transposed(boolean newA, boolean newB) {
    return new Product(batch, m, n, k, a, b, c, product, newA, newB, isOpaque);
  }

  Product opaque() {
    return new Product(batch, m, n, k, a, b, c, product, transposedA, transposedB, true);
  }

  /// Options of nvcc that fill the hole.
  List<String> definitions() {
    return List.of(
        "-DSIZE_B=" + batch,
        "-DSIZE_M=" + m,
        "-DSIZE_N=" + n,
        "-DSIZE_K=" + k,
        "-DTYPE_A=" + a,
        "-DTYPE_B=" + b,
        "-DTYPE_C=" + c,
        "-DPRODUCT=" + product,
        "-DTRANSPOSE_A=" + (transposedA ? 1 : 0),
        "-DTRANSPOSE_B=" + (transposedB ? 1 : 0),
        "-DOPAQUE=" + (isOpaque ? 1 : 0));
  }

  /// A short name: `2x5x6x7-f32.f32.f32-tf32-tn`.
  String label() {
    return "%dx%dx%dx%d-%s.%s.%s-%s-%s%s%s"
        .formatted(
            batch,
            m,
            n,
            k,
            a,
            b,
            c,
            product,
            transposedA ? "t" : "n",
            transposedB ? "t" : "n",
            isOpaque ? "-opaque" : "")
        .toLowerCase(Locale.ROOT);
  }
}
