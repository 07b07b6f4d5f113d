package io.gatun.ptx;

/// The operations that kernels spend their time in, as plain loops over rows of 32 lanes. Each has
/// the shape of [Lanes].
final class RowLoops {
  private RowLoops() {}

  /// `add.s32`
  static void addInt(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] + y[l];
    }
  }

  /// `sub.s32`
  static void subInt(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] - y[l];
    }
  }

  /// `mul.lo.s32`
  static void mulInt(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] * y[l];
    }
  }

  /// `mad.lo.s32`
  static void madInt(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var z = w.ints[c];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] * y[l] + z[l];
    }
  }

  /// `and.b32`
  static void andInt(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] & y[l];
    }
  }

  /// `or.b32`
  static void orInt(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] | y[l];
    }
  }

  /// `xor.b32`
  static void xorInt(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] ^ y[l];
    }
  }

  /// `mov.b32`
  static void moveInt(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l];
    }
  }

  /// `mov.b64`
  static void moveLong(Warp w, int d, int a, int b, int c) {
    var x = w.longs[a];
    var r = w.longs[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l];
    }
  }

  /// `selp.b32`
  static void selectInt(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var p = w.predicates[c];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = (p >>> l & 1) != 0 ? x[l] : y[l];
    }
  }

  /// `selp.b64`
  static void selectLong(Warp w, int d, int a, int b, int c) {
    var x = w.longs[a];
    var y = w.longs[b];
    var p = w.predicates[c];
    var r = w.longs[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = (p >>> l & 1) != 0 ? x[l] : y[l];
    }
  }

  /// `add.s64`
  static void addLong(Warp w, int d, int a, int b, int c) {
    var x = w.longs[a];
    var y = w.longs[b];
    var r = w.longs[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] + y[l];
    }
  }

  /// `sub.s64`
  static void subLong(Warp w, int d, int a, int b, int c) {
    var x = w.longs[a];
    var y = w.longs[b];
    var r = w.longs[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] - y[l];
    }
  }

  /// `mul.lo.s64`
  static void mulLong(Warp w, int d, int a, int b, int c) {
    var x = w.longs[a];
    var y = w.longs[b];
    var r = w.longs[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] * y[l];
    }
  }

  /// `mad.lo.s64`
  static void madLong(Warp w, int d, int a, int b, int c) {
    var x = w.longs[a];
    var y = w.longs[b];
    var z = w.longs[c];
    var r = w.longs[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] * y[l] + z[l];
    }
  }

  /// `mul.wide.s32`
  static void mulWide(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.longs[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = (long) x[l] * y[l];
    }
  }

  /// `mul.wide.u32`
  static void mulWideUnsigned(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.longs[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = (x[l] & 0xffffffffL) * (y[l] & 0xffffffffL);
    }
  }

  /// `mad.wide.s32`
  static void madWide(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var z = w.longs[c];
    var r = w.longs[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = (long) x[l] * y[l] + z[l];
    }
  }

  /// `mad.wide.u32`
  static void madWideUnsigned(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var z = w.longs[c];
    var r = w.longs[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = (x[l] & 0xffffffffL) * (y[l] & 0xffffffffL) + z[l];
    }
  }

  /// `cvt.s64.s32`
  static void extendInt(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var r = w.longs[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l];
    }
  }

  /// `cvt.u64.u32`
  static void extendUnsigned(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var r = w.longs[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] & 0xffffffffL;
    }
  }

  /// `cvt.u32.u64`
  static void truncateLong(Warp w, int d, int a, int b, int c) {
    var x = w.longs[a];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = (int) x[l];
    }
  }

  /// `shl.b32`; 32 and more give 0
  static void shiftLeft(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = Integer.compareUnsigned(y[l], 31) > 0 ? 0 : x[l] << y[l];
    }
  }

  /// `shr.u32`; 32 and more give 0
  static void shiftRight(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = Integer.compareUnsigned(y[l], 31) > 0 ? 0 : x[l] >>> y[l];
    }
  }

  /// `shr.s32`; 32 and more give the sign
  static void shiftRightSigned(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = x[l] >> (Integer.compareUnsigned(y[l], 31) > 0 ? 31 : y[l]);
    }
  }

  /// `shl.b64`; 64 and more give 0
  static void shiftLeftLong(Warp w, int d, int a, int b, int c) {
    var x = w.longs[a];
    var y = w.ints[b];
    var r = w.longs[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = Integer.compareUnsigned(y[l], 63) > 0 ? 0 : x[l] << y[l];
    }
  }

  /// `add.f32`
  static void addFloat(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = Float.floatToRawIntBits(Float.intBitsToFloat(x[l]) + Float.intBitsToFloat(y[l]));
    }
  }

  /// `sub.f32`
  static void subFloat(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = Float.floatToRawIntBits(Float.intBitsToFloat(x[l]) - Float.intBitsToFloat(y[l]));
    }
  }

  /// `mul.f32`
  static void mulFloat(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] = Float.floatToRawIntBits(Float.intBitsToFloat(x[l]) * Float.intBitsToFloat(y[l]));
    }
  }

  /// `fma.rn.f32`
  static void fmaFloat(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var z = w.ints[c];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      r[l] =
          Float.floatToRawIntBits(
              Math.fma(
                  Float.intBitsToFloat(x[l]),
                  Float.intBitsToFloat(y[l]),
                  Float.intBitsToFloat(z[l])));
    }
  }

  /// `max.f32`: a NaN loses against a number.
  static void maxFloat(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      var p = Float.intBitsToFloat(x[l]);
      var q = Float.intBitsToFloat(y[l]);
      r[l] = Float.floatToRawIntBits(p != p ? q : q != q ? p : Math.max(p, q));
    }
  }

  /// `min.f32`: a NaN loses against a number.
  static void minFloat(Warp w, int d, int a, int b, int c) {
    var x = w.ints[a];
    var y = w.ints[b];
    var r = w.ints[d];
    for (var l = 0; l < Lanes.WIDTH; l++) {
      var p = Float.intBitsToFloat(x[l]);
      var q = Float.intBitsToFloat(y[l]);
      r[l] = Float.floatToRawIntBits(p != p ? q : q != q ? p : Math.min(p, q));
    }
  }
}
