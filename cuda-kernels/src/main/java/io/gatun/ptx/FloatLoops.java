package io.gatun.ptx;

import java.util.Map;

/// Arithmetic on rows of floats, as [RowLoops] on rows of bits.
final class FloatLoops {
  /// By opcode.
  static final Map<String, Operation> OPERATIONS =
      Map.ofEntries(
          Map.entry("add.f32", new Operation("fff", FloatLoops::add)),
          Map.entry("add.rn.f32", new Operation("fff", FloatLoops::add)),
          Map.entry("sub.f32", new Operation("fff", FloatLoops::subtract)),
          Map.entry("sub.rn.f32", new Operation("fff", FloatLoops::subtract)),
          Map.entry("mul.f32", new Operation("fff", FloatLoops::multiply)),
          Map.entry("mul.rn.f32", new Operation("fff", FloatLoops::multiply)),
          Map.entry("fma.rn.f32", new Operation("ffff", FloatLoops::multiplyAdd)),
          Map.entry("min.f32", new Operation("fff", FloatLoops::min)),
          Map.entry("max.f32", new Operation("fff", FloatLoops::max)));

  private FloatLoops() {}

  /// `mov.f32`
  static void move(Warp w, int d, int a, int b, int c) {
    System.arraycopy(w.floats[a], 0, w.floats[d], 0, Lanes.WIDTH);
  }

  private static void add(Warp w, int d, int a, int b, int c) {
    var x = w.floats[a];
    var y = w.floats[b];
    var r = w.floats[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] + y[l];
    }
  }

  private static void subtract(Warp w, int d, int a, int b, int c) {
    var x = w.floats[a];
    var y = w.floats[b];
    var r = w.floats[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] - y[l];
    }
  }

  private static void multiply(Warp w, int d, int a, int b, int c) {
    var x = w.floats[a];
    var y = w.floats[b];
    var r = w.floats[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] * y[l];
    }
  }

  static void multiplyAdd(Warp w, int d, int a, int b, int c) {
    var x = w.floats[a];
    var y = w.floats[b];
    var z = w.floats[c];
    var r = w.floats[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = Math.fma(x[l], y[l], z[l]);
    }
  }

  /// A NaN loses against a number.
  private static void min(Warp w, int d, int a, int b, int c) {
    var x = w.floats[a];
    var y = w.floats[b];
    var r = w.floats[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = FloatOperations.min(x[l], y[l]);
    }
  }

  /// A NaN loses against a number.
  private static void max(Warp w, int d, int a, int b, int c) {
    var x = w.floats[a];
    var y = w.floats[b];
    var r = w.floats[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = FloatOperations.max(x[l], y[l]);
    }
  }

  /// Four multiply-adds of one row, each with a row of its own, to sums that stay where they are.
  /// The compiler of the JVM makes good vectors of a body of this size: of a smaller one it leaves
  /// most of 32 lanes to the loops around the vectors, of a larger one it makes none.
  ///
  /// @param rows result, two factors and sum of each, from `at` on
  static void addFourProducts(Warp w, int[] rows, int at) {
    var floats = w.floats;
    var x = floats[rows[at + 1]];
    var r0 = sums(floats, rows, at);
    var y0 = floats[rows[at + 2]];
    var r1 = sums(floats, rows, at + 4);
    var y1 = floats[rows[at + 6]];
    var r2 = sums(floats, rows, at + 8);
    var y2 = floats[rows[at + 10]];
    var r3 = sums(floats, rows, at + 12);
    var y3 = floats[rows[at + 14]];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      var v = x[l];
      r0[l] = Math.fma(v, y0[l], r0[l]);
      r1[l] = Math.fma(v, y1[l], r1[l]);
      r2[l] = Math.fma(v, y2[l], r2[l]);
      r3[l] = Math.fma(v, y3[l], r3[l]);
    }
  }

  /// The row of the result, which gets the sums so far.
  private static float[] sums(float[][] floats, int[] rows, int at) {
    var row = floats[rows[at]];
    if (rows[at] != rows[at + 3]) {
      System.arraycopy(floats[rows[at + 3]], 0, row, 0, Lanes.WIDTH);
    }
    return row;
  }
}
