package io.gatun.engine.cpu;

import java.util.stream.IntStream;

/// `x^y` with the special cases of C's `pow`: on `float` as exp(y log x) in double precision
/// (within 1 ulp of the float result), on `double` by the C library.
final class VectorPow {
  private static final int SERIES = 10;

  private final Ir ir;

  private VectorPow(Ir ir) {
    this.ir = ir;
  }

  static Ssa apply(Ir ir, Ssa x, Ssa y) {
    String name = "gatun.pow." + x.suffix();
    ir.module()
        .share(
            name,
            () -> {
              var inner = new Ir(ir.module());
              var base = new Ssa("%x", x.element(), x.lanes());
              var exponent = new Ssa("%y", x.element(), x.lanes());
              var pow = new VectorPow(inner);
              Ssa result =
                  x.element().equals("double")
                      ? VectorMath.eachLane(inner, "pow", base, exponent)
                      : pow.pow(base, exponent);
              return VectorMath.definition(name, inner, result, base, exponent);
            });
    return ir.callShared(name, x.element(), x.lanes(), x, y);
  }

  private Ssa number(Ssa like, double value) {
    return Ir.number(like, value);
  }

  private Ssa abs(Ssa x) {
    return ir.intrinsic("fabs", x);
  }

  private Ssa pow(Ssa x, Ssa y) {
    Ssa power = ir.convert("fpext", y, "double");
    Ssa log = log(ir.convert("fpext", abs(x), "double"));
    Ssa magnitude = ir.convert("fptrunc", exp(ir.binary("fmul", power, log)), "float");
    Ssa floor = ir.intrinsic("floor", y);
    Ssa half = ir.binary("fmul", y, number(y, 0.5));
    Ssa isWhole = ir.binary("fcmp oeq", floor, y);
    Ssa isEven = ir.binary("fcmp oeq", ir.intrinsic("floor", half), half);
    Ssa isOdd = ir.binary("and", isWhole, ir.binary("xor", isEven, -1));
    Ssa signed = ir.select(isOdd, ir.intrinsic("copysign", magnitude, x), magnitude);
    Ssa isNegative = ir.binary("fcmp olt", x, number(x, 0));
    Ssa isFinite = ir.binary("fcmp one", abs(x), number(x, Double.POSITIVE_INFINITY));
    Ssa undefined =
        ir.binary("and", ir.binary("and", isNegative, isFinite), ir.binary("xor", isWhole, -1));
    Ssa result = ir.select(undefined, number(x, Double.NaN), signed);
    Ssa endless = ir.binary("fcmp oeq", abs(y), number(y, Double.POSITIVE_INFINITY));
    Ssa unit = ir.binary("and", endless, ir.binary("fcmp oeq", abs(x), number(x, 1)));
    Ssa trivial =
        ir.binary(
            "or", ir.binary("fcmp oeq", y, number(y, 0)), ir.binary("fcmp oeq", x, number(x, 1)));
    return ir.select(ir.binary("or", unit, trivial), number(y, 1), result);
  }

  /// Natural logarithm of a non-negative double that was a float (so never subnormal), to about
  /// 2^-45: e ln 2 + 2 atanh(f / (2 + f)).
  private Ssa log(Ssa x) {
    Ssa bits = ir.convert("bitcast", x, "i64");
    long base = Double.doubleToLongBits(2 / 3.0);
    Ssa exponent = ir.binary("and", ir.binary("sub", bits, base), 0xfff0000000000000L);
    Ssa m = ir.convert("bitcast", ir.binary("sub", bits, exponent), "double");
    Ssa e = ir.convert("sitofp", ir.binary("ashr", exponent, 52), "double");
    Ssa f = ir.binary("fadd", m, number(x, -1));
    Ssa s = ir.binary("fdiv", f, ir.binary("fadd", m, number(x, 1)));
    double[] odd =
        IntStream.range(0, SERIES).mapToDouble(k -> 2.0 / (2 * (SERIES - k) - 1)).toArray();
    Ssa series = ir.polynomial(ir.binary("fmul", s, s), odd);
    Ssa r = ir.fma(e, number(x, Math.log(2)), ir.binary("fmul", series, s));
    Ssa infinity = number(x, Double.POSITIVE_INFINITY);
    r = ir.select(ir.binary("fcmp olt", x, infinity), r, x);
    Ssa isZero = ir.binary("fcmp oeq", x, number(x, 0));
    return ir.select(isZero, number(x, Double.NEGATIVE_INFINITY), r);
  }

  /// exp of a double, enough for a float result: the argument is limited to the range of float.
  private Ssa exp(Ssa x) {
    Ssa low = number(x, -110);
    Ssa high = number(x, 100);
    Ssa bounded = ir.select(ir.binary("fcmp olt", x, low), low, x);
    bounded = ir.select(ir.binary("fcmp ogt", bounded, high), high, bounded);
    Ssa octave = ir.intrinsic("roundeven", ir.binary("fmul", bounded, number(x, 1 / Math.log(2))));
    Ssa r = ir.fma(octave, number(x, -Math.log(2)), bounded);
    double[] inverseFactorials = new double[11];
    double factorial = 1;
    for (int k = 0; k < inverseFactorials.length; k++) {
      inverseFactorials[inverseFactorials.length - 1 - k] = 1 / factorial;
      factorial *= k + 1;
    }
    Ssa p = ir.polynomial(r, inverseFactorials);
    Ssa n = ir.convert("fptosi", octave, "i64");
    n = ir.emit("i64", x.lanes(), "freeze " + n.typed());
    Ssa scale = ir.convert("bitcast", ir.binary("shl", ir.binary("add", n, 1023), 52), "double");
    return ir.binary("fmul", p, scale);
  }
}
