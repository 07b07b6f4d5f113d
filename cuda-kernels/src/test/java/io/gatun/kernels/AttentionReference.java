package io.gatun.kernels;

import java.util.Arrays;

/// Attention and its gradient by their formulas, in doubles; arrays are contiguous.
final class AttentionReference {
  final float[] q;
  final float[] k;
  final float[] v;
  final float[] dy;
  final double[] y;
  final double[] logSums;
  final double[] dq;
  final double[] dk;
  final double[] dv;
  private final AttentionShape s;
  private final byte[] mask;

  /// @param mask `[batches, keys]`, 0 where a key is not seen; empty where all are
  AttentionReference(
      AttentionShape shape, float[] q, float[] k, float[] v, float[] dy, byte[] mask) {
    this.s = shape;
    this.q = q;
    this.k = k;
    this.v = v;
    this.dy = dy;
    this.mask = mask;
    y = new double[q.length];
    logSums = new double[q.length / s.d()];
    dq = new double[q.length];
    dk = new double[k.length];
    dv = new double[v.length];
    for (int row = 0; row < logSums.length; row++) query(row);
  }

  private boolean sees(int batch, int query, int key) {
    boolean past = !s.causal() || key <= query + s.keys() - s.queries();
    return past && (mask.length == 0 || mask[batch * s.keys() + key] != 0);
  }

  private void query(int row) {
    int batch = row / (s.heads() * s.queries());
    int head = row / s.queries() % s.heads();
    int keyHead = batch * s.keyHeads() + head / (s.heads() / s.keyHeads());
    int first = keyHead * s.keys() * s.d();
    int from = row * s.d();
    var p = new double[s.keys()];
    Arrays.fill(p, Double.NEGATIVE_INFINITY);
    for (int key = 0; key < s.keys(); key++) {
      if (sees(batch, row % s.queries(), key)) {
        p[key] = s.scale() * dot(q, from, k, first + key * s.d());
      }
    }
    double max = Arrays.stream(p).max().orElseThrow();
    boolean any = max > Double.NEGATIVE_INFINITY;
    double sum = any ? Arrays.stream(p).map(x -> Math.exp(x - max)).sum() : 1;
    logSums[row] = any ? max + Math.log(sum) : -0x1p127;
    double delta = 0;
    for (int key = 0; key < s.keys(); key++) {
      p[key] = any ? Math.exp(p[key] - logSums[row]) : 0;
      for (int d = 0; d < s.d(); d++) y[from + d] += p[key] * v[first + key * s.d() + d];
    }
    for (int d = 0; d < s.d(); d++) delta += y[from + d] * dy[from + d];
    for (int key = 0; key < s.keys(); key++) {
      int other = first + key * s.d();
      double ds = p[key] * (dot(dy, from, v, other) - delta) * s.scale();
      for (int d = 0; d < s.d(); d++) {
        dq[from + d] += ds * k[other + d];
        dk[other + d] += ds * q[from + d];
        dv[other + d] += p[key] * dy[from + d];
      }
    }
  }

  private double dot(float[] a, int fromA, float[] b, int fromB) {
    double sum = 0;
    for (int d = 0; d < s.d(); d++) sum += (double) a[fromA + d] * b[fromB + d];
    return sum;
  }
}
