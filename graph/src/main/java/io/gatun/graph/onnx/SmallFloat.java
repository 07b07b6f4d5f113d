package io.gatun.graph.onnx;

/// Floats of 8 bits and less, as codes of `exponent` and `mantissa` bits under a sign ("FP8 formats
/// for deep learning", Micikevicius et al. 2022; the OCP microscaling formats).
///
/// @param finite whether there are no infinities
/// @param unsignedZero whether the code of -0 is the only NaN
record SmallFloat(int exponent, int mantissa, int bias, boolean finite, boolean unsignedZero) {
  static SmallFloat of(ElementType type) {
    return switch (type) {
      case FLOAT8E4M3FN -> new SmallFloat(4, 3, 7, true, false);
      case FLOAT8E4M3FNUZ -> new SmallFloat(4, 3, 8, true, true);
      case FLOAT8E5M2 -> new SmallFloat(5, 2, 15, false, false);
      case FLOAT8E5M2FNUZ -> new SmallFloat(5, 2, 16, true, true);
      case FLOAT4E2M1 -> new SmallFloat(2, 1, 1, true, false);
      case FLOAT8E8M0 -> new SmallFloat(8, 0, 127, true, false);
      case UNDEFINED, FLOAT, DOUBLE, FLOAT16, BFLOAT16, STRING, BOOL, COMPLEX64, COMPLEX128 ->
          throw new IllegalArgumentException("not a small float: " + type);
      case UINT8, INT8, UINT16, INT16, INT32, INT64, UINT32, UINT64, UINT4, INT4, UINT2, INT2 ->
          throw new IllegalArgumentException("not a small float: " + type);
    };
  }

  private boolean hasSign() {
    return exponent < 8;
  }

  private int magnitudes() {
    return 1 << exponent + mantissa;
  }

  /// The number that a code stands for.
  double decode(int code) {
    int magnitude = code & magnitudes() - 1;
    boolean negative = hasSign() && (code >> exponent + mantissa & 1) != 0;
    if (unsignedZero && negative && magnitude == 0) return Double.NaN;
    int e = magnitude >> mantissa;
    int m = magnitude & (1 << mantissa) - 1;
    if (e == (1 << exponent) - 1) {
      if (!finite) return m != 0 ? Double.NaN : (negative ? -1 : 1) * Double.POSITIVE_INFINITY;
      boolean nan = !unsignedZero && exponent >= 4 && m == (1 << mantissa) - 1;
      if (nan) return Double.NaN;
    }
    boolean subnormal = e == 0 && hasSign();
    double fraction = (double) m / (1 << mantissa) + (subnormal ? 0 : 1);
    double value = Math.scalb(fraction, (subnormal ? 1 : e) - bias);
    return negative ? -value : value;
  }

  /// The largest finite number.
  double greatest() {
    for (int code = magnitudes() - 1; ; code--) {
      double value = decode(code);
      if (Double.isFinite(value)) return value;
    }
  }

  /// Least exponent of two of a normal number.
  int leastExponent() {
    return hasSign() ? 1 - bias : -bias;
  }

  int mantissaBits() {
    return mantissa;
  }

  boolean hasInfinity() {
    return !finite;
  }
}
