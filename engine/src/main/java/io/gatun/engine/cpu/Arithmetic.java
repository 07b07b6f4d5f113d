package io.gatun.engine.cpu;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.DType;

/// Elementwise operations on registers of one type. Floats may contract `a * b + c` to one
/// rounding; division and square root are exact.
final class Arithmetic {
  private final Ir ir;
  private final DType dtype;

  /// Operations on operands of type `dtype`.
  Arithmetic(Ir ir, DType dtype) {
    this.ir = ir;
    this.dtype = dtype;
  }

  Ssa unary(Unary.Kind kind, Ssa x) {
    if (dtype.isFloat()) return floatUnary(kind, x);
    return switch (kind) {
      case NEG -> ir.binary("sub", Ir.integer(x, 0), x);
      case ABS ->
          dtype == DType.U8
              ? x
              : ir.call(
                  "llvm.abs." + x.suffix(), x.element(), x.lanes(), "", x, Ir.integer("i1", 1, 0));
      case SIGN -> {
        Ssa positive = ir.convert("zext", ir.binary(signed("icmp sgt"), x, 0), x.element());
        Ssa negative = ir.convert("zext", ir.binary(signed("icmp slt"), x, 0), x.element());
        yield ir.binary("sub", positive, negative);
      }
      case NOT -> ir.binary("xor", x, -1);
      case FLOOR, CEIL, ROUND -> x;
      case SQRT, RSQRT, EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, ERF ->
          throw new IllegalArgumentException(kind + " of " + dtype);
    };
  }

  private Ssa floatUnary(Unary.Kind kind, Ssa x) {
    return switch (kind) {
      case NEG -> ir.emit(x.element(), x.lanes(), "fneg " + x.typed());
      case ABS -> ir.intrinsic("fabs", x);
      case SIGN -> {
        Ssa unit = ir.intrinsic("copysign", Ir.number(x, 1), x);
        yield ir.select(ir.binary("fcmp one", x, Ir.number(x, 0)), unit, x);
      }
      case SQRT -> ir.intrinsic("sqrt", x);
      case RSQRT -> ir.binary("fdiv", Ir.number(x, 1), ir.intrinsic("sqrt", x));
      case FLOOR -> ir.intrinsic("floor", x);
      case CEIL -> ir.intrinsic("ceil", x);
      case ROUND -> ir.intrinsic("roundeven", x);
      case EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, ERF -> VectorMath.apply(ir, kind, x);
      case NOT -> throw new IllegalArgumentException(kind + " of " + dtype);
    };
  }

  /// An instruction in the signed or the unsigned form.
  private String signed(String instruction) {
    boolean unsigned = dtype == DType.U8 || dtype == DType.BOOL;
    return unsigned ? instruction.replace("icmp s", "icmp u") : instruction;
  }

  Ssa binary(Binary.Kind kind, Ssa x, Ssa y) {
    return dtype.isFloat() ? floatBinary(kind, x, y) : integerBinary(kind, x, y);
  }

  private Ssa floatBinary(Binary.Kind kind, Ssa x, Ssa y) {
    return switch (kind) {
      case ADD -> ir.binary("fadd contract", x, y);
      case SUB -> ir.binary("fsub contract", x, y);
      case MUL -> ir.binary("fmul contract", x, y);
      case DIV -> ir.binary("fdiv", x, y);
      case REM -> ir.binary("frem", x, y);
      case MAX -> extreme("fcmp ogt", x, y);
      case MIN -> extreme("fcmp olt", x, y);
      case POW -> VectorPow.apply(ir, x, y);
      case EQ -> ir.binary("fcmp oeq", x, y);
      case NE -> ir.binary("fcmp une", x, y);
      case LT -> ir.binary("fcmp olt", x, y);
      case LE -> ir.binary("fcmp ole", x, y);
      case GT -> ir.binary("fcmp ogt", x, y);
      case GE -> ir.binary("fcmp oge", x, y);
      case AND, OR, XOR -> throw new IllegalArgumentException(kind + " of " + dtype);
    };
  }

  /// The extreme of two floats, NaN if one is, -0 below 0.
  private Ssa extreme(String compare, Ssa x, Ssa y) {
    if (isUsual(y)) return chosen(compare, y, x);
    if (isUsual(x)) return chosen(compare, x, y);
    return ir.intrinsic(compare.equals("fcmp ogt") ? "maximum" : "minimum", x, y);
  }

  /// One x86 instruction: it keeps a NaN of its second operand.
  private Ssa chosen(String compare, Ssa first, Ssa second) {
    return ir.select(ir.binary(compare, first, second), first, second);
  }

  /// True for constants other than zeros and NaN.
  private static boolean isUsual(Ssa x) {
    return !x.text().startsWith("%")
        && !x.text().contains("0x0000000000000000")
        && !x.text().contains("0x8000000000000000")
        && !x.text().contains("0x7FF8");
  }

  /// The running extreme of a fold: NaN stays, zeros are not told apart.
  Ssa foldedExtreme(Binary.Kind kind, Ssa value, Ssa best) {
    if (!dtype.isFloat()) return binary(kind, value, best);
    Ssa chosen = chosen(kind == Binary.Kind.MAX ? "fcmp ogt" : "fcmp olt", value, best);
    return ir.select(ir.binary("fcmp uno", value, value), value, chosen);
  }

  private Ssa integerBinary(Binary.Kind kind, Ssa x, Ssa y) {
    return switch (kind) {
      case ADD -> ir.binary("add", x, y);
      case SUB -> ir.binary("sub", x, y);
      case MUL -> ir.binary("mul", x, y);
      case DIV -> divide(x, y);
      case REM -> remainder(x, y);
      case MAX -> ir.select(ir.binary(signed("icmp sgt"), x, y), x, y);
      case MIN -> ir.select(ir.binary(signed("icmp slt"), x, y), x, y);
      case AND -> ir.binary("and", x, y);
      case OR -> ir.binary("or", x, y);
      case XOR -> ir.binary("xor", x, y);
      case EQ -> ir.binary("icmp eq", x, y);
      case NE -> ir.binary("icmp ne", x, y);
      case LT -> ir.binary(signed("icmp slt"), x, y);
      case LE -> ir.binary(signed("icmp sle"), x, y);
      case GT -> ir.binary(signed("icmp sgt"), x, y);
      case GE -> ir.binary(signed("icmp sge"), x, y);
      case POW -> throw new IllegalArgumentException(kind + " of " + dtype);
    };
  }

  /// `x / y` with `x / 0 = 0` and, for signed types, `x / -1 = -x` even for the least number.
  private Ssa divide(Ssa x, Ssa y) {
    Ssa isZero = ir.binary("icmp eq", y, 0);
    if (dtype == DType.U8) {
      Ssa quotient = ir.binary("udiv", x, ir.select(isZero, Ir.integer(y, 1), y));
      return ir.select(isZero, Ir.integer(x, 0), quotient);
    }
    Ssa isMinusOne = ir.binary("icmp eq", y, -1);
    Ssa quotient = ir.binary("sdiv", x, safe(y, isZero, isMinusOne));
    Ssa negated = ir.binary("sub", Ir.integer(x, 0), x);
    return ir.select(isZero, Ir.integer(x, 0), ir.select(isMinusOne, negated, quotient));
  }

  private Ssa remainder(Ssa x, Ssa y) {
    Ssa isZero = ir.binary("icmp eq", y, 0);
    if (dtype == DType.U8) {
      Ssa rest = ir.binary("urem", x, ir.select(isZero, Ir.integer(y, 1), y));
      return ir.select(isZero, Ir.integer(x, 0), rest);
    }
    // Dividing by 1 leaves 0, which is right for 0 and for -1.
    return ir.binary("srem", x, safe(y, isZero, ir.binary("icmp eq", y, -1)));
  }

  private Ssa safe(Ssa y, Ssa isZero, Ssa isMinusOne) {
    return ir.select(ir.binary("or", isZero, isMinusOne), Ir.integer(y, 1), y);
  }
}
