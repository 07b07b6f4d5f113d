package io.gatun.ptx;

import java.util.Locale;

/// Rounding of a result that f32 cannot hold: to nearest even, to zero, down, up, or to odd (toward
/// the neighbour with an odd last bit, which keeps a later rounding to fewer bits correct; Boldo
/// and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
enum Rounding {
  RN,
  RZ,
  RM,
  RP,
  ODD;

  /// The f32 for the exact value `value + error`, where `error` is below a unit of `value`.
  float narrow(double value, double error) {
    var nearest = (float) value;
    if (this == RN || Float.isInfinite(nearest) && Double.isInfinite(value) || nearest != nearest) {
      return nearest;
    }
    var rest = value - nearest + error;
    if (rest == 0 || Float.isNaN((float) rest)) {
      return nearest;
    }
    return switch (this) {
      case RN -> nearest;
      case RZ -> value > 0 == rest < 0 ? toward(nearest, rest) : nearest;
      case RM -> rest < 0 ? toward(nearest, rest) : nearest;
      case RP -> rest > 0 ? toward(nearest, rest) : nearest;
      case ODD -> (Float.floatToRawIntBits(nearest) & 1) == 0 ? toward(nearest, rest) : nearest;
    };
  }

  private static float toward(float nearest, double rest) {
    return rest > 0 ? Math.nextUp(nearest) : Math.nextDown(nearest);
  }

  /// `a + b`, rounded once (two-sum, Knuth).
  float sum(double a, double b) {
    var sum = a + b;
    var other = sum - a;
    var error = a - (sum - other) + (b - other);
    return narrow(sum, error);
  }

  /// `a / b`, rounded once.
  float quotient(float a, float b) {
    var quotient = (double) a / b;
    var rest = Math.fma(-quotient, b, a);
    return narrow(quotient, Double.isFinite(rest) ? rest / b : 0);
  }

  /// The square root, rounded once.
  float root(float a) {
    var root = Math.sqrt(a);
    var rest = Math.fma(-root, root, a);
    return narrow(root, root > 0 && Double.isFinite(rest) ? rest / (2 * root) : 0);
  }

  /// Name in an opcode.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
