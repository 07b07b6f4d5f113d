package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;

/// Arithmetic of `UINT64`, whose bits a graph holds as `i64`, by operations on signed integers.
final class Unsigned {
  private Unsigned() {}

  /// The bits such that signed comparisons order them right: with the top one flipped.
  static Value ordered(Value x) {
    return x.xor(x.scalar(Long.MIN_VALUE));
  }

  /// Twice the quotient of the half, one more where the rest has room for it; by a divisor of 2^63
  /// and more the quotient is 0 or 1 (Warren, "Hacker's Delight", 2nd edition, 9-3).
  static Value quotient(Value x, Value y) {
    var isLarge = x.lt(0);
    var half = isLarge.select(ordered(x), x).div(2);
    half = isLarge.select(half.add(0x1p62), half);
    var even = half.div(y).mul(2);
    var fits = ordered(x.sub(even.mul(y))).ge(ordered(y));
    var quotient = fits.select(even.add(1), even);
    return y.lt(0).select(ordered(x).ge(ordered(y)).cast(DType.I64), quotient);
  }

  static Value remainder(Value x, Value y) {
    return x.sub(quotient(x, y).mul(y));
  }

  /// The numbers that 64 bits stand for.
  static Value toDouble(Value bits) {
    var x = bits.cast(DType.F64);
    return bits.lt(0).select(x.add(0x1p64), x);
  }

  /// The bits that stand for whole parts of floats in [0, 2^64).
  static Value ofFloat(Value x) {
    var isLarge = x.ge(0x1p63);
    var low = isLarge.select(x.sub(0x1p63), x).cast(DType.I64);
    return isLarge.select(ordered(low), low);
  }
}
