package io.gatun.ptx;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/// An operation on whole rows, all 32 lanes whether they are active or not: the destination row may
/// be one of the source rows. Floats are in their rows as bits.
///
/// The methods here lift a function of one lane to a row; they cost a call for each lane. What
/// counts for speed is written out as a loop in [RowLoops].
@FunctionalInterface
interface Lanes {
  /// Lanes of a row.
  int WIDTH = DeviceProfile.WARP;

  /// @param d row of the result
  /// @param a first source row
  /// @param b second source row
  /// @param c third source row; a predicate for `selp`
  void apply(Warp warp, int d, int a, int b, int c);

  /// A function of three 32-bit lanes.
  @FunctionalInterface
  interface IntTernary {
    int apply(int a, int b, int c);
  }

  /// A function of three 64-bit lanes.
  @FunctionalInterface
  interface LongTernary {
    long apply(long a, long b, long c);
  }

  /// A function of an f32.
  @FunctionalInterface
  interface FloatUnary {
    float apply(float a);
  }

  /// A function of two f32.
  @FunctionalInterface
  interface FloatBinary {
    float apply(float a, float b);
  }

  /// A function of three f32.
  @FunctionalInterface
  interface FloatTernary {
    float apply(float a, float b, float c);
  }

  /// A function of three f64.
  @FunctionalInterface
  interface DoubleTernary {
    double apply(double a, double b, double c);
  }

  /// From 64 to 32 bits.
  @FunctionalInterface
  interface LongToInt {
    int apply(long a);
  }

  /// From 32 to 64 bits.
  @FunctionalInterface
  interface IntToLong {
    long apply(int a);
  }

  /// A shift and the like.
  @FunctionalInterface
  interface LongIntToLong {
    long apply(long a, int b);
  }

  static Lanes int1(IntUnaryOperator f) {
    return (w, d, a, b, c) -> {
      int[] x = w.ints[a], r = w.ints[d];
      for (var l = 0; l < WIDTH; l++) {
        r[l] = f.applyAsInt(x[l]);
      }
    };
  }

  static Lanes int2(IntBinaryOperator f) {
    return (w, d, a, b, c) -> {
      int[] x = w.ints[a], y = w.ints[b], r = w.ints[d];
      for (var l = 0; l < WIDTH; l++) {
        r[l] = f.applyAsInt(x[l], y[l]);
      }
    };
  }

  static Lanes int3(IntTernary f) {
    return (w, d, a, b, c) -> {
      int[] x = w.ints[a], y = w.ints[b], z = w.ints[c], r = w.ints[d];
      for (var l = 0; l < WIDTH; l++) {
        r[l] = f.apply(x[l], y[l], z[l]);
      }
    };
  }

  static Lanes long1(LongUnaryOperator f) {
    return (w, d, a, b, c) -> {
      long[] x = w.longs[a], r = w.longs[d];
      for (var l = 0; l < WIDTH; l++) {
        r[l] = f.applyAsLong(x[l]);
      }
    };
  }

  static Lanes long2(LongBinaryOperator f) {
    return (w, d, a, b, c) -> {
      long[] x = w.longs[a], y = w.longs[b], r = w.longs[d];
      for (var l = 0; l < WIDTH; l++) {
        r[l] = f.applyAsLong(x[l], y[l]);
      }
    };
  }

  static Lanes long3(LongTernary f) {
    return (w, d, a, b, c) -> {
      long[] x = w.longs[a], y = w.longs[b], z = w.longs[c], r = w.longs[d];
      for (var l = 0; l < WIDTH; l++) {
        r[l] = f.apply(x[l], y[l], z[l]);
      }
    };
  }

  static Lanes longShift(LongIntToLong f) {
    return (w, d, a, b, c) -> {
      long[] x = w.longs[a], r = w.longs[d];
      var y = w.ints[b];
      for (var l = 0; l < WIDTH; l++) {
        r[l] = f.apply(x[l], y[l]);
      }
    };
  }

  static Lanes longToInt(LongToInt f) {
    return (w, d, a, b, c) -> {
      var x = w.longs[a];
      var r = w.ints[d];
      for (var l = 0; l < WIDTH; l++) {
        r[l] = f.apply(x[l]);
      }
    };
  }

  static Lanes intToLong(IntToLong f) {
    return (w, d, a, b, c) -> {
      var x = w.ints[a];
      var r = w.longs[d];
      for (var l = 0; l < WIDTH; l++) {
        r[l] = f.apply(x[l]);
      }
    };
  }

  static Lanes float1(FloatUnary f) {
    return int1(a -> Float.floatToRawIntBits(f.apply(Float.intBitsToFloat(a))));
  }

  static Lanes float2(FloatBinary f) {
    return int2(
        (a, b) ->
            Float.floatToRawIntBits(f.apply(Float.intBitsToFloat(a), Float.intBitsToFloat(b))));
  }

  static Lanes float3(FloatTernary f) {
    return int3(
        (a, b, c) ->
            Float.floatToRawIntBits(
                f.apply(
                    Float.intBitsToFloat(a), Float.intBitsToFloat(b), Float.intBitsToFloat(c))));
  }

  static Lanes double1(DoubleUnaryOperator f) {
    return long1(a -> Double.doubleToRawLongBits(f.applyAsDouble(Double.longBitsToDouble(a))));
  }

  static Lanes double2(DoubleBinaryOperator f) {
    return long2(
        (a, b) ->
            Double.doubleToRawLongBits(
                f.applyAsDouble(Double.longBitsToDouble(a), Double.longBitsToDouble(b))));
  }

  static Lanes double3(DoubleTernary f) {
    return long3(
        (a, b, c) ->
            Double.doubleToRawLongBits(
                f.apply(
                    Double.longBitsToDouble(a),
                    Double.longBitsToDouble(b),
                    Double.longBitsToDouble(c))));
  }
}
