package io.gatun.ptx;

/// f64 arithmetic, rounded to nearest even.
final class DoubleOperations {
  private DoubleOperations() {}

  static void addTo(OperationTable table) {
    table.add("add.f64", "lll", Lanes.double2((a, b) -> a + b));
    table.add("sub.f64", "lll", Lanes.double2((a, b) -> a - b));
    table.add("mul.f64", "lll", Lanes.double2((a, b) -> a * b));
    table.add("div.f64", "lll", Lanes.double2((a, b) -> a / b));
    table.add("fma.f64", "llll", Lanes.double3(Math::fma));
    table.add("mad.f64", "llll", Lanes.double3(Math::fma));
    table.add("abs.f64", "ll", Lanes.long1(a -> a & Long.MAX_VALUE));
    table.add("neg.f64", "ll", Lanes.long1(a -> a ^ Long.MIN_VALUE));
    table.add("min.f64", "lll", Lanes.double2((a, b) -> a != a ? b : b != b ? a : Math.min(a, b)));
    table.add("max.f64", "lll", Lanes.double2((a, b) -> a != a ? b : b != b ? a : Math.max(a, b)));
    table.add(
        "copysign.f64", "lll", Lanes.long2((a, b) -> a & Long.MIN_VALUE | b & Long.MAX_VALUE));
    table.add("rcp.f64", "ll", Lanes.double1(a -> 1 / a));
    table.add("sqrt.f64", "ll", Lanes.double1(Math::sqrt));
    table.add("rcp.approx.f64", "ll", Lanes.double1(a -> coarse(1 / a)));
    table.add("rsqrt.approx.f64", "ll", Lanes.double1(a -> coarse(1 / Math.sqrt(a))));
  }

  /// The approximate functions give the upper 32 bits only.
  private static double coarse(double a) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(a) & 0xffffffff00000000L);
  }
}
