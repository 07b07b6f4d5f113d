package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;

/// Sums of products in the making: the reference arithmetic of [MatMul] and the convolutions.
/// Floats are summed as doubles, integers exactly (modulo 2^64, wrapped to the type at the end).
final class Contraction {
  private final TensorType type;
  private final boolean isFloat;
  private final double[] doublesA;
  private final double[] doublesB;
  private final double[] doubleSums;
  private final long[] longsA;
  private final long[] longsB;
  private final long[] longSums;

  /// Zero sums for a result of `type`, to be made of elements of `a` times elements of `b`.
  Contraction(TensorType type, NdArray a, NdArray b) {
    this.type = type;
    isFloat = type.dtype().isFloat();
    int size = Math.toIntExact(type.size());
    doublesA = isFloat ? a.toDoubles() : new double[0];
    doublesB = isFloat ? b.toDoubles() : new double[0];
    doubleSums = new double[isFloat ? size : 0];
    longsA = isFloat ? new long[0] : a.toLongs();
    longsB = isFloat ? new long[0] : b.toLongs();
    longSums = new long[isFloat ? 0 : size];
  }

  /// Row-major positions `start + i * outer + j * inner` of a block of elements.
  record Walk(int start, int outer, int inner) {
    int row(int i) {
      return start + i * outer;
    }
  }

  /// `sum[to(i, j)] += a[fromA(i, j)] * b[fromB(i, j)]` for all `i < rows`, `j < columns`.
  void add(int rows, int columns, Walk to, Walk fromA, Walk fromB) {
    for (int i = 0; i < rows; i++) {
      if (isFloat) addDoubles(columns, i, to, fromA, fromB);
      else addLongs(columns, i, to, fromA, fromB);
    }
  }

  private void addDoubles(int columns, int i, Walk to, Walk fromA, Walk fromB) {
    int t = to.row(i);
    int a = fromA.row(i);
    int b = fromB.row(i);
    if (to.inner == 1 && fromA.inner == 0 && fromB.inner == 1) {
      addScaled(columns, t, doublesA[a], b);
      return;
    }
    for (int j = 0; j < columns; j++) {
      doubleSums[t + j * to.inner] += doublesA[a + j * fromA.inner] * doublesB[b + j * fromB.inner];
    }
  }

  /// The common case, in the form that a JIT compiler makes vector instructions of.
  private void addScaled(int columns, int t, double factor, int b) {
    double[] sums = doubleSums;
    double[] values = doublesB;
    for (int j = 0; j < columns; j++) sums[t + j] += factor * values[b + j];
  }

  private void addLongs(int columns, int i, Walk to, Walk fromA, Walk fromB) {
    int t = to.row(i);
    int a = fromA.row(i);
    int b = fromB.row(i);
    for (int j = 0; j < columns; j++) {
      longSums[t + j * to.inner] += longsA[a + j * fromA.inner] * longsB[b + j * fromB.inner];
    }
  }

  /// The sums so far.
  NdArray result() {
    return isFloat ? NdArray.of(type, i -> doubleSums[i]) : NdArray.ofLongs(type, i -> longSums[i]);
  }
}
