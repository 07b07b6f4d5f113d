package io.gatun.engine.cpu;

import io.gatun.graph.ir.Unary;
import java.util.function.UnaryOperator;

/// The elementary functions on `float` at any number of lanes, as polynomials; on `double` by the C
/// library, lane by lane. Each becomes one internal function of the module for a vector type.
///
/// Errors on `float` over all finite arguments, measured by `VectorMathTest`: at most 2 ulp, 2.5
/// ulp for `expm1` and `sigmoid`; infinities, NaN, zeros and subnormal results are right. The
/// coefficients of exp, log, erf and tanh are Norbert Juffa's (published on Stack Overflow and the
/// NVIDIA forums), those of sin and cos are from Cephes.
final class VectorMath {
  private static final double LOG2_E = 1.4426950408889634;
  private static final double LN2_HIGH = 6.93145752e-1;
  private static final double LN2_LOW = 1.42860677e-6;

  /// Beyond this the two-part reduction by pi/2 in `double` loses bits of a `float` result.
  private static final double LARGE_ANGLE = 1e9;

  private final Ir ir;

  private VectorMath(Ir ir) {
    this.ir = ir;
  }

  /// `kind(x)` for a float kind that is not one machine operation.
  static Ssa apply(Ir ir, Unary.Kind kind, Ssa x) {
    return switch (kind) {
      case EXP -> shared(ir, "exp", x, m -> m::exp);
      case EXPM1 -> shared(ir, "expm1", x, m -> m::expm1);
      case LOG -> shared(ir, "log", x, m -> m::log);
      case LOG1P -> shared(ir, "log1p", x, m -> m::log1p);
      case SIN -> shared(ir, "sin", x, m -> v -> m.angle(v, "sin"));
      case COS -> shared(ir, "cos", x, m -> v -> m.angle(v, "cos"));
      case TANH -> shared(ir, "tanh", x, m -> m::tanh);
      case SIGMOID -> shared(ir, "sigmoid", x, m -> m::sigmoid);
      case ERF -> shared(ir, "erf", x, m -> m::erf);
      case NEG, ABS, SIGN, SQRT, RSQRT, FLOOR, CEIL, ROUND, NOT ->
          throw new IllegalArgumentException(kind + " is a machine operation");
    };
  }

  private interface Body {
    UnaryOperator<Ssa> of(VectorMath math);
  }

  private static Ssa shared(Ir ir, String function, Ssa x, Body body) {
    boolean scalarLibrary = x.element().equals("double") && !function.equals("sigmoid");
    String name = "gatun." + function + "." + x.suffix();
    ir.module()
        .share(
            name,
            () -> {
              var inner = new Ir(ir.module());
              var argument = new Ssa("%x", x.element(), x.lanes());
              var math = new VectorMath(inner);
              Ssa result =
                  scalarLibrary
                      ? eachLane(inner, function, argument)
                      : body.of(math).apply(argument);
              return definition(name, inner, result, argument);
            });
    return ir.callShared(name, x.element(), x.lanes(), x);
  }

  /// The text of a shared function of these parameters.
  static String definition(String name, Ir body, Ssa result, Ssa... parameters) {
    var list = new StringBuilder();
    for (Ssa p : parameters) list.append(list.isEmpty() ? "" : ", ").append(p.typed());
    return "define internal %s @%s(%s) alwaysinline nounwind {\n%s%s  ret %s\n}\n"
        .formatted(
            result.type(), name, list, body.allocas(), body.insertionPoint(), result.typed());
  }

  /// A function of the C library on every lane.
  static Ssa eachLane(Ir ir, String function, Ssa... arguments) {
    Ssa result = new Ssa("poison", "double", arguments[0].lanes());
    for (int lane = 0; lane < result.lanes(); lane++) {
      var scalars = new Ssa[arguments.length];
      for (int a = 0; a < scalars.length; a++) scalars[a] = ir.extract(arguments[a], lane);
      Ssa value = ir.call(function, "double", 1, "nounwind willreturn memory(none)", scalars);
      result = ir.insert(result, value, lane);
    }
    return result;
  }

  private Ssa number(Ssa like, double value) {
    return Ir.number(like, value);
  }

  private Ssa mul(Ssa a, Ssa b) {
    return ir.binary("fmul", a, b);
  }

  private Ssa abs(Ssa x) {
    return ir.intrinsic("fabs", x);
  }

  private Ssa withSign(Ssa magnitude, Ssa sign) {
    return ir.intrinsic("copysign", magnitude, sign);
  }

  private Ssa negate(Ssa x) {
    return ir.emit(x.element(), x.lanes(), "fneg " + x.typed());
  }

  private Ssa atLeast(Ssa x, double low) {
    Ssa least = number(x, low);
    return ir.select(ir.binary("fcmp olt", x, least), least, x);
  }

  /// `x` limited to a range; a NaN stays.
  private Ssa limit(Ssa x, double low, double high) {
    Ssa raised = atLeast(x, low);
    Ssa most = number(x, high);
    return ir.select(ir.binary("fcmp ogt", raised, most), most, raised);
  }

  /// `2^n` for n in -126 .. 127, from an integer vector.
  private Ssa powerOfTwo(Ssa n) {
    return ir.convert("bitcast", ir.binary("shl", ir.binary("add", n, 127), 23), "float");
  }

  private Ssa toInt(Ssa x) {
    return ir.convert("fptosi", x, "i32");
  }

  /// Nearest integer to `x / ln 2`, as a float.
  private Ssa octave(Ssa x) {
    return ir.intrinsic("roundeven", mul(x, number(x, LOG2_E)));
  }

  private Ssa reduce(Ssa x, Ssa octave) {
    return ir.fma(octave, number(x, -LN2_LOW), ir.fma(octave, number(x, -LN2_HIGH), x));
  }

  /// exp(x) = 2^n exp(r), |r| <= ln 2 / 2, scaled in two steps to reach subnormal results.
  ///
  /// Masked scores have exponents far below any, for which a result of 0 is chosen rather than
  /// computed: to underflow takes a processor a hundred times as long as to multiply.
  private Ssa exp(Ssa x) {
    Ssa isZero = ir.binary("fcmp olt", x, number(x, -104));
    Ssa zero = number(x, 0);
    Ssa most = number(x, 89);
    Ssa low = ir.select(isZero, zero, x);
    Ssa bounded = ir.select(ir.binary("fcmp ogt", low, most), most, low);
    return ir.select(isZero, zero, expWithin(bounded));
  }

  /// exp(x) for x in -105 .. 89
  private Ssa expWithin(Ssa x) {
    Ssa octave = octave(x);
    Ssa r = reduce(x, octave);
    Ssa p =
        ir.polynomial(
            r, 1.37805939e-3, 8.37312452e-3, 4.16695364e-2, 1.66664720e-1, 4.99999851e-1, 1, 1);
    return scaled(p, octave);
  }

  /// `p * 2^octave`, right for subnormal results; NaN where `p` is.
  private Ssa scaled(Ssa p, Ssa octave) {
    // Sixteen lanes of float are one register only where there is AVX-512.
    if (p.lanes() == 16) {
      return ir.call(
          "llvm.x86.avx512.mask.scalef.ps.512",
          "float",
          16,
          "",
          p,
          octave,
          p,
          Ir.integer("i16", 1, -1),
          Ir.integer("i32", 1, 4));
    }
    // A NaN argument has no integer part; its polynomial is NaN whatever the scale.
    Ssa n = ir.emit("i32", p.lanes(), "freeze " + toInt(octave).typed());
    Ssa half = ir.binary("ashr", n, 1);
    return mul(mul(p, powerOfTwo(half)), powerOfTwo(ir.binary("sub", n, half)));
  }

  /// exp(x) - 1 = 2 (2^(n-1) (exp(r) - 1) + 2^(n-1) - 1/2)
  private Ssa expm1(Ssa x) {
    Ssa bounded = limit(x, -30, 89);
    Ssa octave = octave(bounded);
    Ssa r = reduce(bounded, octave);
    Ssa p = ir.polynomial(r, 1.37805939e-3, 8.37312452e-3, 4.16695364e-2, 1.66664720e-1, 0.5);
    Ssa small = ir.fma(mul(r, r), p, r);
    Ssa n = ir.emit("i32", x.lanes(), "freeze " + toInt(octave).typed());
    Ssa scale = powerOfTwo(ir.binary("add", n, -1));
    Ssa offset = ir.binary("fadd", scale, number(x, -0.5));
    Ssa half = ir.fma(small, scale, offset);
    Ssa isSmall = ir.binary("icmp eq", n, 0);
    return ir.select(isSmall, small, ir.binary("fadd", half, half));
  }

  /// log(2^e m) = e ln 2 + log1p(m - 1), m in 2/3 .. 4/3
  private Ssa log(Ssa x) {
    Ssa tiny = ir.binary("fcmp olt", x, number(x, 0x1p-126));
    Ssa scaled = ir.select(tiny, mul(x, number(x, 0x1p23)), x);
    Ssa bits = ir.convert("bitcast", scaled, "i32");
    Ssa exponent = ir.binary("and", ir.binary("sub", bits, 0x3f2aaaab), 0xff800000);
    Ssa m = ir.convert("bitcast", ir.binary("sub", bits, exponent), "float");
    Ssa bias = ir.select(tiny, number(x, -23), number(x, 0));
    Ssa e = ir.fma(ir.convert("sitofp", exponent, "float"), number(x, 0x1p-23), bias);
    Ssa f = ir.binary("fadd", m, number(m, -1));
    Ssa s = mul(f, f);
    Ssa even = ir.polynomial(s, -0.130310059, -0.121483512, -0.166846126, -0.249996200);
    Ssa odd = ir.polynomial(s, 0.140869141, 0.139814854, 0.200120345);
    Ssa r = ir.fma(odd, f, even);
    r = ir.fma(ir.fma(r, f, 0.333331972), f, -0.5);
    r = ir.fma(r, s, f);
    r = ir.fma(e, number(x, 0.693147182), r);
    Ssa infinity = number(x, Double.POSITIVE_INFINITY);
    // +infinity and NaN pass through; zero gives -infinity, negative numbers NaN.
    r = ir.select(ir.binary("fcmp olt", x, infinity), r, x);
    Ssa below = ir.binary("fcmp ole", x, number(x, 0));
    Ssa isZero = ir.binary("fcmp oeq", x, number(x, 0));
    Ssa pole = ir.select(isZero, number(x, Double.NEGATIVE_INFINITY), number(x, Double.NaN));
    return ir.select(below, pole, r);
  }

  /// log(y) + (1 + x - y) / y for y = fl(1 + x)
  private Ssa log1p(Ssa x) {
    Ssa y = ir.binary("fadd", x, number(x, 1));
    Ssa lost = ir.binary("fsub", x, ir.binary("fadd", y, number(x, -1)));
    Ssa log = shared(ir, "log", y, m -> m::log);
    Ssa corrected = ir.binary("fadd", log, ir.binary("fdiv", lost, y));
    Ssa usual = ir.binary("fcmp olt", abs(log), number(x, Double.POSITIVE_INFINITY));
    return ir.select(usual, corrected, log);
  }

  /// 1 - 2 / (exp(2 |x|) + 1), near zero a polynomial.
  private Ssa tanh(Ssa x) {
    Ssa t = abs(x);
    Ssa s = mul(x, x);
    Ssa p = ir.polynomial(s, 1.57394409e-2, -5.23025580e-2, 1.33152470e-1, -3.33327681e-1);
    Ssa small = ir.fma(mul(p, s), x, x);
    // From here on tanh rounds to 1; a NaN stays.
    Ssa most = number(x, 10);
    Ssa bounded = ir.select(ir.binary("fcmp ogt", t, most), most, t);
    Ssa e = expWithin(ir.binary("fadd", bounded, bounded));
    Ssa quotient = ir.binary("fdiv", number(x, -2), ir.binary("fadd", e, number(x, 1)));
    Ssa large = withSign(ir.binary("fadd", quotient, number(x, 1)), x);
    return ir.select(ir.binary("fcmp olt", t, number(x, 0.599609375)), small, large);
  }

  private Ssa sigmoid(Ssa x) {
    Ssa negative = negate(abs(x));
    Ssa e =
        x.element().equals("double")
            ? apply(ir, Unary.Kind.EXP, negative)
            : expWithin(atLeast(negative, -105));
    Ssa positive = ir.binary("fcmp oge", x, number(x, 0));
    Ssa top = ir.select(positive, number(x, 1), e);
    return ir.binary("fdiv", top, ir.binary("fadd", e, number(x, 1)));
  }

  private Ssa erf(Ssa x) {
    Ssa t = abs(x);
    Ssa s = mul(x, x);
    Ssa u = ir.fma(t, number(x, -3.88396438e-3), number(x, 2.42546219e-2));
    Ssa r = ir.fma(t, number(x, -1.72853470e-5), number(x, 3.83197126e-4));
    r = ir.fma(r, s, u);
    r = ir.fma(ir.fma(r, t, -1.06777877e-1), t, -6.34846687e-1);
    r = ir.fma(ir.fma(r, t, number(x, -1.28717512e-1)), t, negate(t));
    Ssa e = expWithin(atLeast(r, -105));
    Ssa large = withSign(ir.binary("fsub", number(x, 1), e), x);
    Ssa p =
        ir.polynomial(
            s,
            -5.96761703e-4,
            4.99119423e-3,
            -2.67681349e-2,
            1.12819925e-1,
            -3.76125336e-1,
            1.28379166e-1);
    Ssa small = ir.fma(p, x, x);
    return ir.select(ir.binary("fcmp ogt", t, number(x, 0.927734375)), large, small);
  }

  /// sin or cos by reduction modulo pi/2 in `double`; lanes with huge arguments go to the C
  /// library.
  private Ssa angle(Ssa x, String function) {
    Ssa wide = ir.convert("fpext", x, "double");
    Ssa quadrant = ir.intrinsic("roundeven", mul(wide, number(wide, 2 / Math.PI)));
    Ssa high = ir.fma(quadrant, number(wide, -Math.PI / 2), wide);
    Ssa r =
        ir.convert(
            "fptrunc", ir.fma(quadrant, number(wide, -6.123233995736766e-17), high), "float");
    Ssa isLarge = ir.binary("fcmp oge", abs(x), number(x, LARGE_ANGLE));
    Ssa inRange = ir.select(isLarge, number(wide, 0), quadrant);
    Ssa n = ir.convert("fptosi", inRange, "i32");
    n = ir.emit("i32", x.lanes(), "freeze " + n.typed());
    if (function.equals("cos")) n = ir.binary("add", n, 1);
    Ssa s = mul(r, r);
    Ssa sine =
        ir.fma(mul(ir.polynomial(s, -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1), s), r, r);
    Ssa cosine =
        ir.fma(
            ir.polynomial(s, 2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2),
            mul(s, s),
            ir.fma(s, number(s, -0.5), number(s, 1)));
    Ssa isOdd = ir.binary("icmp ne", ir.binary("and", n, 1), 0);
    Ssa magnitude = ir.convert("bitcast", ir.select(isOdd, cosine, sine), "i32");
    Ssa sign = ir.binary("shl", ir.binary("and", n, 2), 30);
    Ssa result = ir.convert("bitcast", ir.binary("xor", magnitude, sign), "float");
    return largeAngles(x, wide, isLarge, result, function);
  }

  private Ssa largeAngles(Ssa x, Ssa wide, Ssa isLarge, Ssa result, String function) {
    String slot = ir.slot(result.type());
    ir.storeSlot(slot, result);
    Ssa any =
        x.lanes() == 1
            ? isLarge
            : ir.call("llvm.vector.reduce.or." + isLarge.suffix(), "i1", 1, "", isLarge);
    String large = ir.fresh("large");
    String done = ir.fresh("done");
    ir.branch(any, large, done);
    ir.label(large);
    Ssa slow = ir.convert("fptrunc", eachLane(ir, function, wide), "float");
    ir.storeSlot(slot, ir.select(isLarge, slow, result));
    ir.branch(done);
    ir.label(done);
    return ir.loadSlot(slot, result.element(), result.lanes());
  }
}
