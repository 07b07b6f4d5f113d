package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;

/// Rounding of `f32` to the numbers of a [SmallFloat].
final class SmallFloats {
  private static final int POWERS = 255;

  private SmallFloats() {}

  /// The nearest number of the format, ties to even. What is beyond the largest becomes that, or
  /// without saturation infinity or NaN. `FLOAT4E2M1`, which has neither, takes NaN to -0.
  static Value nearest(Value x, ElementType to, boolean saturate) {
    var format = SmallFloat.of(to);
    double greatest = format.greatest();
    var a = x.abs();
    // The spacing of the numbers around x is a power of two: found by comparing with each.
    Value step = x.scalar(Math.scalb(1.0, format.leastExponent() - format.mantissaBits()));
    int top = Math.getExponent(greatest);
    for (int e = format.leastExponent() + 1; e <= top; e++) {
      step =
          a.ge(Math.scalb(1.0, e))
              .select(a.scalar(Math.scalb(1.0, e - format.mantissaBits())), step);
    }
    var rounded = a.div(step).round().mul(step);
    boolean isFour = to == ElementType.FLOAT4E2M1;
    double beyond =
        saturate || isFour
            ? greatest
            : format.hasInfinity() ? Double.POSITIVE_INFINITY : Double.NaN;
    var limited = rounded.gt(greatest).select(a.scalar(beyond), rounded);
    var zero = format.unsignedZero() ? x.scalar(0) : x.mul(0);
    var signed = limited.eq(0).select(zero, x.lt(0).select(limited.neg(), limited));
    return x.ne(x).select(isFour ? x.scalar(-0.0) : x, signed);
  }

  /// The power of two that `FLOAT8E8M0` scales by: the next one `up`, `down`, or the `nearest`,
  /// ties up. What lies outside of `2^-127 ... 2^127` is limited to these, or without saturation
  /// NaN.
  static Value powerOfTwo(Call c, Value x, String mode, boolean saturate) {
    var isNaN = x.ne(x);
    var a = isNaN.select(x.scalar(1), x.abs());
    var powers = c.constant(NdArray.of(TensorType.f32(POWERS), i -> Math.scalb(1.0, i - 127)));
    // The logarithm is off by less than one; comparing with the powers themselves is exact.
    var guess = a.log().div(Math.log(2)).floor().add(127).clamp(0, POWERS - 2).cast(DType.I32);
    var below = guess.sub(powers.take(guess, 0).gt(a).cast(DType.I32)).maximum(0);
    var at = below.add(powers.take(below.add(1), 0).le(a).cast(DType.I32));
    var power = powers.take(at, 0);
    var next =
        switch (mode) {
          case "up" -> at.add(a.gt(power).cast(DType.I32));
          case "nearest" -> at.add(a.ge(power.mul(1.5)).cast(DType.I32));
          case "down" -> at;
          default ->
              throw OnnxException.of(
                  "attribute round_mode: \"%s\" is not up, down or nearest", mode);
        };
    var limited = powers.take(next.minimum(POWERS - 1), 0);
    var nan = x.scalar(Double.NaN);
    if (!saturate) {
      var outside = next.gt(POWERS - 1).or(a.lt(Math.scalb(1.0, -127))).or(a.gt(Float.MAX_VALUE));
      limited = outside.select(nan, limited);
    }
    return isNaN.select(nan, limited);
  }
}
