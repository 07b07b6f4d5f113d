package io.gatun.graph.pass;

import static io.gatun.graph.pass.ArithmeticRules.isBinary;
import static io.gatun.graph.pass.ArithmeticRules.isUnary;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.DType;
import java.util.Optional;

/// Identities of binary operations one operand of which is a splat. Constants of chained sums and
/// products are combined, which reassociates floats.
final class ConstantRules {
  private ConstantRules() {}

  /// `c kind y`, for kinds that do not commute.
  static Optional<Node> constantFirst(Simplifier to, Binary.Kind kind, Node c, Node y) {
    if (kind == Binary.Kind.SUB && Splat.is(c, 0)) {
      return Optional.of(to.add(new Unary(Unary.Kind.NEG), y));
    }
    if (kind == Binary.Kind.DIV && Splat.is(c, 1) && isUnary(y, Unary.Kind.SQRT)) {
      return Optional.of(to.add(new Unary(Unary.Kind.RSQRT), y.input(0)));
    }
    return Optional.empty();
  }

  /// `x kind c`
  static Optional<Node> constantLast(Simplifier to, Binary.Kind kind, Node x, Node c) {
    return switch (kind) {
      case ADD -> plus(to, x, c);
      case SUB -> Optional.of(to.add(new Binary(Binary.Kind.ADD), x, negated(to, c)));
      case MUL -> times(to, x, c);
      case DIV -> over(to, x, c);
      case POW -> power(to, x, c);
      case MAX -> Optional.of(x).filter(_ -> Splat.is(c, Double.NEGATIVE_INFINITY));
      case MIN -> Optional.of(x).filter(_ -> Splat.is(c, Double.POSITIVE_INFINITY));
      case AND, OR, XOR -> bits(to, kind, x, c);
      case EQ, NE -> equality(to, kind == Binary.Kind.EQ, x, c);
      case REM, LT, LE, GT, GE -> Optional.empty();
    };
  }

  private static Optional<Node> plus(Simplifier to, Node x, Node c) {
    if (Splat.is(c, 0)) return Optional.of(x);
    if (isBinary(x, Binary.Kind.ADD) && Splat.of(x.input(1)).isPresent()) {
      return Optional.of(add(to, Binary.Kind.ADD, x.input(0), add(to, x, 1, Binary.Kind.ADD, c)));
    }
    if (isBinary(x, Binary.Kind.SUB) && Splat.of(x.input(0)).isPresent()) {
      return Optional.of(add(to, Binary.Kind.SUB, add(to, x, 0, Binary.Kind.ADD, c), x.input(1)));
    }
    return Optional.empty();
  }

  private static Optional<Node> times(Simplifier to, Node x, Node c) {
    if (Splat.is(c, 1)) return Optional.of(x);
    if (Splat.is(c, 0)) return Optional.of(c).filter(_ -> !c.type().dtype().isFloat());
    if (isUnary(x, Unary.Kind.NEG)) {
      return Optional.of(add(to, Binary.Kind.MUL, x.input(0), negated(to, c)));
    }
    if (Splat.is(c, -1)) return Optional.of(to.add(new Unary(Unary.Kind.NEG), x));
    return isBinary(x, Binary.Kind.MUL) ? scaled(to, Binary.Kind.MUL, x, c) : Optional.empty();
  }

  private static Optional<Node> over(Simplifier to, Node x, Node c) {
    if (Splat.is(c, 1)) return Optional.of(x);
    DType dtype = c.type().dtype();
    if (!dtype.isFloat()) return Optional.empty();
    double inverse = 1 / Splat.of(c).orElseThrow().at(0);
    if (isPowerOfTwo(inverse) && isNormal(inverse, dtype)) {
      return Optional.of(add(to, Binary.Kind.MUL, x, to.splat(dtype, inverse, x.type().shape())));
    }
    return isBinary(x, Binary.Kind.MUL) ? scaled(to, Binary.Kind.DIV, x, c) : Optional.empty();
  }

  /// `(z * d) kind c` as `z * (d kind c)` where that constant does not overflow or underflow.
  private static Optional<Node> scaled(Simplifier to, Binary.Kind kind, Node x, Node c) {
    if (Splat.of(x.input(1)).isEmpty()) return Optional.empty();
    Node factor = add(to, x, 1, kind, c);
    boolean safe =
        !c.type().dtype().isFloat()
            || Splat.of(factor).filter(f -> isNormal(f.at(0), f.type().dtype())).isPresent();
    return Optional.of(x).filter(_ -> safe).map(_ -> add(to, Binary.Kind.MUL, x.input(0), factor));
  }

  private static Optional<Node> power(Simplifier to, Node x, Node c) {
    double exponent = Splat.of(c).orElseThrow().at(0);
    Node one = to.splat(c.type().dtype(), 1, x.type().shape());
    if (exponent == 0) return Optional.of(one);
    if (exponent == 1) return Optional.of(x);
    if (exponent == 0.5) return Optional.of(to.add(new Unary(Unary.Kind.SQRT), x));
    if (exponent == -0.5) return Optional.of(to.add(new Unary(Unary.Kind.RSQRT), x));
    if (exponent == -1) return Optional.of(add(to, Binary.Kind.DIV, one, x));
    if (Math.abs(exponent) != 2 && Math.abs(exponent) != 3 && Math.abs(exponent) != 4) {
      return Optional.empty();
    }
    Node square = add(to, Binary.Kind.MUL, x, x);
    Node result =
        switch ((int) Math.abs(exponent)) {
          case 2 -> square;
          case 3 -> add(to, Binary.Kind.MUL, square, x);
          default -> add(to, Binary.Kind.MUL, square, square);
        };
    return Optional.of(exponent > 0 ? result : add(to, Binary.Kind.DIV, one, result));
  }

  private static Optional<Node> bits(Simplifier to, Binary.Kind kind, Node x, Node c) {
    boolean none = Splat.is(c, 0);
    boolean all = Splat.is(c, c.type().dtype() == DType.BOOL ? 1 : -1);
    if (!none && !all) return Optional.empty();
    if (kind == Binary.Kind.AND) return Optional.of(none ? c : x);
    if (kind == Binary.Kind.OR) return Optional.of(none ? x : c);
    return Optional.of(none ? x : to.add(new Unary(Unary.Kind.NOT), x));
  }

  private static Optional<Node> equality(Simplifier to, boolean equal, Node x, Node c) {
    if (x.type().dtype() != DType.BOOL) return Optional.empty();
    return Optional.of(Splat.is(c, 1) == equal ? x : to.add(new Unary(Unary.Kind.NOT), x));
  }

  private static Node negated(Simplifier to, Node c) {
    return to.add(new Unary(Unary.Kind.NEG), c);
  }

  private static Node add(Simplifier to, Binary.Kind kind, Node x, Node y) {
    return to.add(new Binary(kind), x, y);
  }

  /// Operand `i` of `x`, a constant, combined with `c`.
  private static Node add(Simplifier to, Node x, int i, Binary.Kind kind, Node c) {
    return add(to, kind, x.input(i), c);
  }

  private static boolean isPowerOfTwo(double value) {
    return Math.abs(value) > 0
        && Double.isFinite(value)
        && Math.scalb(1.0, Math.getExponent(value)) == Math.abs(value);
  }

  /// Finite and not subnormal in this float type.
  private static boolean isNormal(double value, DType dtype) {
    double magnitude = Math.abs(value);
    double least =
        switch (dtype) {
          case F16 -> 0x1p-14;
          case F32, BF16 -> Float.MIN_NORMAL;
          case F64 -> Double.MIN_NORMAL;
          case I64, I32, I16, I8, U8, BOOL ->
              throw new IllegalArgumentException("not a float: " + dtype);
        };
    return magnitude >= least && Double.isFinite(dtype.round(value));
  }
}
