package io.gatun.ptx;

/// f32 arithmetic: rounded to nearest even unless a name says otherwise. The `.approx` functions
/// are correctly rounded here (up to the double-precision function below them); hardware is up to a
/// few units in the last place off.
final class FloatOperations {
  private static final double LOG2_E = 1.4426950408889634;

  private FloatOperations() {}

  static void addTo(OperationTable table) {
    arithmetic(table);
    directed(table);
    functions(table);
  }

  private static void arithmetic(OperationTable table) {
    table.add("add.f32", "iii", RowLoops::addFloat);
    table.add("sub.f32", "iii", RowLoops::subFloat);
    table.add("mul.f32", "iii", RowLoops::mulFloat);
    table.add("fma.f32", "iiii", RowLoops::fmaFloat);
    table.add("mad.f32", "iiii", RowLoops::fmaFloat);
    table.add("abs.f32", "ii", Lanes.int1(a -> a & 0x7fffffff));
    table.add("neg.f32", "ii", Lanes.int1(a -> a ^ 0x80000000));
    table.add("min.f32", "iii", RowLoops::minFloat);
    table.add("max.f32", "iii", RowLoops::maxFloat);
    table.add("min.NaN.f32", "iii", Lanes.float2((a, b) -> canonical(Math.min(a, b))));
    table.add("max.NaN.f32", "iii", Lanes.float2((a, b) -> canonical(Math.max(a, b))));
    table.add("copysign.f32", "iii", Lanes.int2((a, b) -> a & 0x80000000 | b & 0x7fffffff));
  }

  private static float canonical(float a) {
    return Float.isNaN(a) ? Float.intBitsToFloat(0x7fffffff) : a;
  }

  /// A NaN loses against a number.
  static float min(float a, float b) {
    return a != a ? b : b != b ? a : Math.min(a, b);
  }

  /// A NaN loses against a number.
  static float max(float a, float b) {
    return a != a ? b : b != b ? a : Math.max(a, b);
  }

  private static void directed(OperationTable table) {
    for (var rounding : new Rounding[] {Rounding.RZ, Rounding.RM, Rounding.RP}) {
      var suffix = "." + rounding + ".f32";
      table.add("add" + suffix, "iii", Lanes.float2((a, b) -> rounding.sum(a, b)));
      table.add("sub" + suffix, "iii", Lanes.float2((a, b) -> rounding.sum(a, -b)));
      table.add("mul" + suffix, "iii", Lanes.float2((a, b) -> rounding.narrow((double) a * b, 0)));
      table.add("fma" + suffix, "iiii", Lanes.float3((a, b, c) -> rounding.sum((double) a * b, c)));
      table.add("div" + suffix, "iii", Lanes.float2(rounding::quotient));
      table.add("rcp" + suffix, "ii", Lanes.float1(a -> rounding.quotient(1, a)));
      table.add("sqrt" + suffix, "ii", Lanes.float1(rounding::root));
    }
  }

  private static void functions(OperationTable table) {
    for (var mode : new String[] {"", ".approx", ".full"}) {
      table.add("div" + mode + ".f32", "iii", Lanes.float2((a, b) -> a / b));
    }
    for (var mode : new String[] {"", ".approx"}) {
      table.add("rcp" + mode + ".f32", "ii", Lanes.float1(a -> 1 / a));
      table.add("sqrt" + mode + ".f32", "ii", Lanes.float1(a -> (float) Math.sqrt(a)));
    }
    table.add("rsqrt.approx.f32", "ii", Lanes.float1(a -> (float) (1 / Math.sqrt(a))));
    table.add("ex2.approx.f32", "ii", FloatOperations::exp2);
    table.add("lg2.approx.f32", "ii", Lanes.float1(a -> (float) (Math.log(a) * LOG2_E)));
    table.add("sin.approx.f32", "ii", Lanes.float1(a -> (float) Math.sin(a)));
    table.add("cos.approx.f32", "ii", Lanes.float1(a -> (float) Math.cos(a)));
    table.add("tanh.approx.f32", "ii", Lanes.float1(a -> (float) Math.tanh(a)));
  }

  private static void exp2(Warp w, int d, int a, int b, int c) {
    int[] x = w.ints[a], r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = Float.floatToRawIntBits(exp2(Float.intBitsToFloat(x[l])));
    }
  }

  /// `2^a` in f64: the integer part becomes the exponent, the rest goes through a polynomial of
  /// degree 9 (the Taylor series of `2^f` on [-1/2, 1/2]), far below half a unit of an f32.
  static float exp2(float a) {
    if (a != a) {
      return a;
    }
    var x = Math.clamp((double) a, -1000, 1000);
    var whole = Math.rint(x);
    var f = x - whole;
    var p = 1.0178086009239699e-7;
    p = p * f + 1.3215486790144309e-6;
    p = p * f + 1.5252733804059840e-5;
    p = p * f + 1.5403530393381609e-4;
    p = p * f + 1.3333558146428443e-3;
    p = p * f + 9.6181291076284772e-3;
    p = p * f + 5.5504108664821580e-2;
    p = p * f + 0.24022650695910071;
    p = p * f + 0.69314718055994531;
    p = p * f + 1;
    return (float) (p * Double.longBitsToDouble((long) whole + 1023 << 52));
  }

  /// An operation that takes and gives no subnormal numbers (`.ftz`).
  static Lanes flushing(Operation operation) {
    var lanes = operation.lanes();
    return (w, d, a, b, c) -> {
      var sources = operation.sources();
      flush(w, a, Warp.FLUSHED_A);
      if (sources > 1) {
        flush(w, b, Warp.FLUSHED_B);
      }
      if (sources > 2) {
        flush(w, c, Warp.FLUSHED_C);
      }
      lanes.apply(w, d, Warp.FLUSHED_A, Warp.FLUSHED_B, Warp.FLUSHED_C);
      flush(w, d, d);
    };
  }

  private static void flush(Warp w, int from, int to) {
    int[] x = w.ints[from], r = w.ints[to];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = (x[l] & 0x7f800000) == 0 ? x[l] & 0x80000000 : x[l];
    }
  }

  /// An operation whose result is clamped to [0, 1]; NaN gives 0 (`.sat`).
  static Lanes saturating(Lanes lanes) {
    return (w, d, a, b, c) -> {
      lanes.apply(w, d, a, b, c);
      var r = w.ints[d];
      for (var l = 0; l < Lanes.WIDTH; l++) {
        var value = Float.intBitsToFloat(r[l]);
        r[l] = value > 0 ? Float.floatToRawIntBits(Math.min(value, 1)) : 0;
      }
    };
  }
}
