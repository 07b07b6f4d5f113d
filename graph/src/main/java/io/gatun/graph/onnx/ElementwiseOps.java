package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.DType;

/// Functions of one operand, element by element, and the tests of its elements.
final class ElementwiseOps {
  private ElementwiseOps() {}

  static void register(Registry r) {
    r.one("Abs", c -> c.in(0).abs());
    r.one("Neg", c -> c.in(0).neg());
    r.one("Ceil", c -> c.in(0).ceil());
    r.one("Floor", c -> c.in(0).floor());
    r.one("Round", c -> c.in(0).round());
    r.one("Sqrt", c -> c.in(0).sqrt());
    r.one("Exp", c -> c.in(0).exp());
    r.one("Log", c -> c.in(0).log());
    r.one("Sin", c -> c.in(0).sin());
    r.one("Cos", c -> c.in(0).cos());
    r.one("Tan", c -> c.in(0).sin().div(c.in(0).cos()));
    r.one("Sinh", ElementwiseOps::sinh);
    r.one("Cosh", c -> c.in(0).exp().add(c.in(0).neg().exp()).mul(0.5));
    r.one("Tanh", c -> c.in(0).tanh());
    r.one("Asin", c -> asin(c.in(0)));
    r.one("Acos", c -> acos(c.in(0)));
    r.one("Atan", c -> atan(c.in(0)));
    r.one("Asinh", ElementwiseOps::asinh);
    r.one("Acosh", ElementwiseOps::acosh);
    r.one("Atanh", ElementwiseOps::atanh);
    r.one("Erf", c -> c.in(0).erf());
    r.one("Sign", c -> c.in(0).sign());
    r.one("Reciprocal", c -> c.in(0).scalar(1).div(c.in(0)));
    r.one("Not", c -> c.in(0).not());
    r.one("BitwiseNot", c -> ArithmeticOps.wrap(c.type(0), c.in(0).not()));
    r.one("IsNaN", c -> c.in(0).ne(c.in(0)));
    r.one("IsInf", ElementwiseOps::isInf);
    r.one("Clip", ElementwiseOps::clip);
  }

  private static Value sinh(Call c) {
    return c.in(0).expm1().sub(c.in(0).neg().expm1()).mul(0.5);
  }

  /// `log(1 + a + a k)` with `k = a / (1 + sqrt(1 + a^2))`, which is 1 before the square is
  /// infinite.
  private static Value asinh(Call c) {
    var a = wide(c.in(0).abs());
    var bounded = a.minimum(1e16);
    var k = bounded.div(bounded.square().add(1).sqrt().add(1));
    return c.in(0).sign().mul(a.add(a.mul(k)).log1p().cast(c.in(0).dtype()));
  }

  /// `log(1 + t + sqrt(t) sqrt(t + 2))` with `t = x - 1`: exact near 1, and finite where `x^2` is
  /// not.
  private static Value acosh(Call c) {
    var t = c.in(0).sub(1);
    return t.add(t.sqrt().mul(t.add(2).sqrt())).log1p();
  }

  private static Value atanh(Call c) {
    var x = c.in(0);
    return x.mul(2).div(x.neg().add(1)).log1p().mul(0.5);
  }

  /// The arc tangent: argument reduced to [-0.66, 0.66], there a rational function (Cephes, Moshier
  /// 1995, `atan.c`).
  static Value atan(Value x) {
    var a = x.abs();
    var large = a.gt(2.41421356237309504880);
    var middle = a.gt(0.66);
    var reduced = large.select(a.scalar(-1).div(a), middle.select(a.sub(1).div(a.add(1)), a));
    var base =
        large.select(a.scalar(Math.PI / 2), middle.select(a.scalar(Math.PI / 4), a.scalar(0)));
    var z = reduced.square();
    var p =
        polynomial(
            z,
            -8.750608600031904122785E-1,
            -1.615753718733365076637E1,
            -7.500855792314704667340E1,
            -1.228866684490136173410E2,
            -6.485021904942025371773E1);
    var q =
        polynomial(
            z,
            1,
            2.485846490142306297962E1,
            1.650270098316988542046E2,
            4.328810604912902668951E2,
            4.853903996359136964868E2,
            1.945506571482613964425E2);
    var y = base.add(reduced.add(reduced.mul(z).mul(p.div(q))));
    return x.lt(0).select(y.neg(), y);
  }

  /// By Horner's rule, highest power first.
  private static Value polynomial(Value x, double... coefficients) {
    var y = x.mul(coefficients[0]).add(coefficients[1]);
    for (int i = 2; i < coefficients.length; i++) y = y.mul(x).add(coefficients[i]);
    return y;
  }

  private static Value asin(Value x) {
    return atan(x.div(x.neg().add(1).mul(x.add(1)).sqrt()));
  }

  private static Value acos(Value x) {
    return atan(x.neg().add(1).div(x.add(1)).sqrt()).mul(2);
  }

  private static Value isInf(Call c) {
    var x = c.in(0);
    var positive = x.eq(Double.POSITIVE_INFINITY);
    var negative = x.eq(Double.NEGATIVE_INFINITY);
    boolean both = c.attributes().flag("detect_positive", true);
    if (!c.attributes().flag("detect_negative", true)) {
      return both ? positive : positive.and(positive.not());
    }
    return both ? positive.or(negative) : negative;
  }

  /// Bounds are attributes before opset 11, then inputs. The upper one wins.
  private static Value clip(Call c) {
    var x = c.in(0);
    if (c.opset() < 11) {
      double low = c.attributes().number("min", Double.NEGATIVE_INFINITY);
      double high = c.attributes().number("max", Double.POSITIVE_INFINITY);
      return x.maximum(low).minimum(high);
    }
    var y = ArithmeticOps.ordered(c, x);
    if (c.has(1)) y = y.maximum(ArithmeticOps.ordered(c, c.in(1)));
    if (c.has(2)) y = y.minimum(ArithmeticOps.ordered(c, c.in(2)));
    return ArithmeticOps.ordered(c, y);
  }

  /// `x` in `f32` at least, for what is computed with more precision than it is stored.
  static Value wide(Value x) {
    return x.dtype() == DType.F64 ? x : x.cast(DType.F32);
  }

  /// As [Nn#relu], for integers too.
  static Value relu(Value x) {
    return x.dtype().isFloat() ? Nn.relu(x) : x.maximum(0);
  }
}
