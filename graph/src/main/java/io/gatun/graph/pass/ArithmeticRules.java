package io.gatun.graph.pass;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.DType;
import java.util.List;
import java.util.Optional;

/// Identities of elementwise operations among themselves; those with a constant operand are in
/// [ConstantRules].
final class ArithmeticRules {
  private ArithmeticRules() {}

  static Optional<Node> unary(Simplifier to, Unary.Kind kind, Node x) {
    boolean isInteger = !x.type().dtype().isFloat();
    return switch (kind) {
      case NEG -> {
        if (isUnary(x, Unary.Kind.NEG)) yield Optional.of(x.input(0));
        yield isBinary(x, Binary.Kind.SUB)
            ? Optional.of(to.add(new Binary(Binary.Kind.SUB), x.input(1), x.input(0)))
            : Optional.empty();
      }
      case NOT -> isUnary(x, kind) ? Optional.of(x.input(0)) : Optional.empty();
      case ABS -> {
        if (isUnary(x, Unary.Kind.ABS)) yield Optional.of(x);
        yield isUnary(x, Unary.Kind.NEG)
            ? Optional.of(to.add(new Unary(kind), x.input(0)))
            : Optional.empty();
      }
      case FLOOR, CEIL, ROUND -> isInteger || isUnary(x, kind) ? Optional.of(x) : Optional.empty();
      case SIGN, SQRT, RSQRT, EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, ERF ->
          Optional.empty();
    };
  }

  static Optional<Node> binary(Simplifier to, Binary.Kind kind, Node x, Node y) {
    var left = Splat.of(x);
    var right = Splat.of(y);
    if (left.isPresent() && right.isEmpty()) {
      return isCommutative(kind)
          ? Optional.of(to.add(new Binary(kind), y, x))
          : ConstantRules.constantFirst(to, kind, x, y);
    }
    if (right.isPresent() && left.isEmpty()) return ConstantRules.constantLast(to, kind, x, y);
    if (x == y) return ofEqual(to, kind, x);
    return negated(to, kind, x, y);
  }

  private static Optional<Node> ofEqual(Simplifier to, Binary.Kind kind, Node x) {
    DType dtype = x.type().dtype();
    return switch (kind) {
      case MAX, MIN, AND, OR -> Optional.of(x);
      case SUB, XOR ->
          dtype.isFloat() ? Optional.empty() : Optional.of(to.splat(dtype, 0, x.type().shape()));
      case ADD, MUL, DIV, REM, POW, EQ, NE, LT, LE, GT, GE -> Optional.empty();
    };
  }

  private static Optional<Node> negated(Simplifier to, Binary.Kind kind, Node x, Node y) {
    boolean minusX = isUnary(x, Unary.Kind.NEG);
    boolean minusY = isUnary(y, Unary.Kind.NEG);
    if (kind == Binary.Kind.ADD && minusY) {
      return Optional.of(to.add(new Binary(Binary.Kind.SUB), x, y.input(0)));
    }
    if (kind == Binary.Kind.ADD && minusX) {
      return Optional.of(to.add(new Binary(Binary.Kind.SUB), y, x.input(0)));
    }
    if (kind == Binary.Kind.SUB && minusY) {
      return Optional.of(to.add(new Binary(Binary.Kind.ADD), x, y.input(0)));
    }
    if (kind == Binary.Kind.MUL && minusX && minusY) {
      return Optional.of(to.add(new Binary(kind), x.input(0), y.input(0)));
    }
    return Optional.empty();
  }

  static Optional<Node> select(Simplifier to, List<Node> operands) {
    Node condition = operands.get(0);
    Node a = operands.get(1);
    Node b = operands.get(2);
    if (a == b || Splat.is(condition, 1)) return Optional.of(a);
    if (Splat.is(condition, 0)) return Optional.of(b);
    return isUnary(condition, Unary.Kind.NOT)
        ? Optional.of(to.add(new Select(), condition.input(0), b, a))
        : Optional.empty();
  }

  static Optional<Node> cast(Simplifier to, DType dtype, Node x) {
    if (x.type().dtype() == dtype) return Optional.of(x);
    return x.op() instanceof Cast(var middle) && keeps(x.input(0).type().dtype(), middle)
        ? Optional.of(to.add(new Cast(dtype), x.input(0)))
        : Optional.empty();
  }

  /// Whether every value of `from` is a value of `to`.
  private static boolean keeps(DType from, DType to) {
    return switch (from) {
      case BOOL -> true;
      case U8 -> to != DType.I8 && to != DType.BOOL && to != DType.BF16;
      case I8 -> to != DType.U8 && to != DType.BOOL;
      case I16 -> to == DType.I32 || to == DType.I64 || to == DType.F32 || to == DType.F64;
      case I32 -> to == DType.I64 || to == DType.F64;
      case F16, BF16 -> to == DType.F32 || to == DType.F64;
      case F32 -> to == DType.F64;
      case I64, F64 -> false;
    };
  }

  private static boolean isCommutative(Binary.Kind kind) {
    return switch (kind) {
      case ADD, MUL, MAX, MIN, AND, OR, XOR, EQ, NE -> true;
      case SUB, DIV, REM, POW, LT, LE, GT, GE -> false;
    };
  }

  static boolean isUnary(Node node, Unary.Kind kind) {
    return node.op() instanceof Unary(var k) && k == kind;
  }

  static boolean isBinary(Node node, Binary.Kind kind) {
    return node.op() instanceof Binary(var k) && k == kind;
  }
}
