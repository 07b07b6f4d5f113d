package io.gatun.engine.cuda.lowering;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.DType;

/// Elementwise operations on values of one type, as C++ expressions over `expressions.cuh`.
final class Arithmetic {
  private final DType dtype;

  /// Operations on operands of type `dtype`.
  Arithmetic(DType dtype) {
    this.dtype = dtype;
  }

  String unary(Unary.Kind kind, String x) {
    if (dtype.isFloat()) return floatUnary(kind, x);
    if (dtype == DType.BOOL) return "!" + x;
    return switch (kind) {
      case NEG -> wrapped("subtract(" + zero() + ", " + x + ")");
      case ABS -> wrapped("absolute(" + x + ")");
      case SIGN -> "sign(" + x + ")";
      case NOT -> wrapped("~" + x);
      case FLOOR, CEIL, ROUND -> x;
      case SQRT, RSQRT, EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, ERF ->
          throw new IllegalArgumentException(kind + " of " + dtype);
    };
  }

  private String wrapped(String value) {
    return CudaTypes.wrapped(dtype, value);
  }

  private String zero() {
    return CudaTypes.literal(dtype, 0);
  }

  private String floatUnary(Unary.Kind kind, String x) {
    boolean isDouble = dtype == DType.F64;
    return switch (kind) {
      case NEG -> "-" + x;
      case ABS -> call("fabs", x);
      case SIGN -> "signum(" + x + ")";
      case SQRT -> call("sqrt", x);
      case RSQRT -> CudaTypes.literal(dtype, 1) + " / " + call("sqrt", x);
      case FLOOR -> call("floor", x);
      case CEIL -> call("ceil", x);
      case ROUND -> call("rint", x);
      case EXP -> call("exp", x);
      case EXPM1 -> call("expm1", x);
      case LOG -> call("log", x);
      case LOG1P -> call("log1p", x);
      case SIN -> isDouble ? call("sin", x) : "sine(" + x + ")";
      case COS -> isDouble ? call("cos", x) : "cosine(" + x + ")";
      case TANH -> call("tanh", x);
      case SIGMOID -> "sigmoid(" + x + ")";
      case ERF -> call("erf", x);
      case NOT -> throw new IllegalArgumentException(kind + " of " + dtype);
    };
  }

  /// A function of the C library, in the form for this type.
  private String call(String function, String arguments) {
    return function + (dtype == DType.F64 ? "" : "f") + "(" + arguments + ")";
  }

  String binary(Binary.Kind kind, String x, String y) {
    if (dtype.isFloat()) return floatBinary(kind, x, y);
    return dtype == DType.BOOL ? boolBinary(kind, x, y) : integerBinary(kind, x, y);
  }

  private String floatBinary(Binary.Kind kind, String x, String y) {
    return switch (kind) {
      case ADD -> x + " + " + y;
      case SUB -> x + " - " + y;
      case MUL -> x + " * " + y;
      case DIV -> x + " / " + y;
      case REM -> call("fmod", x + ", " + y);
      case MAX -> "maximum(" + x + ", " + y + ")";
      case MIN -> "minimum(" + x + ", " + y + ")";
      case POW -> call("pow", x + ", " + y);
      case EQ, NE, LT, LE, GT, GE -> comparison(kind, x, y);
      case AND, OR, XOR -> throw new IllegalArgumentException(kind + " of " + dtype);
    };
  }

  private static String comparison(Binary.Kind kind, String x, String y) {
    return switch (kind) {
      case EQ -> x + " == " + y;
      case NE -> x + " != " + y;
      case LT -> x + " < " + y;
      case LE -> x + " <= " + y;
      case GT -> x + " > " + y;
      case GE -> x + " >= " + y;
      case ADD, SUB, MUL, DIV, REM, MAX, MIN, POW, AND, OR, XOR ->
          throw new IllegalArgumentException(kind + " is no comparison");
    };
  }

  private String integerBinary(Binary.Kind kind, String x, String y) {
    return switch (kind) {
      case ADD -> wrapped("add(" + x + ", " + y + ")");
      case SUB -> wrapped("subtract(" + x + ", " + y + ")");
      case MUL -> wrapped("multiply(" + x + ", " + y + ")");
      case DIV -> wrapped("divide(" + x + ", " + y + ")");
      case REM -> "remainder_of(" + x + ", " + y + ")";
      case MAX -> "greatest(" + x + ", " + y + ")";
      case MIN -> "least(" + x + ", " + y + ")";
      case AND -> x + " & " + y;
      case OR -> x + " | " + y;
      case XOR -> x + " ^ " + y;
      case EQ, NE, LT, LE, GT, GE -> comparison(kind, x, y);
      case POW -> throw new IllegalArgumentException(kind + " of " + dtype);
    };
  }

  private static String boolBinary(Binary.Kind kind, String x, String y) {
    return switch (kind) {
      case AND, MIN -> x + " && " + y;
      case OR, MAX -> x + " || " + y;
      case XOR -> x + " != " + y;
      case EQ, NE, LT, LE, GT, GE -> comparison(kind, x, y);
      case ADD, SUB, MUL, DIV, REM, POW -> throw new IllegalArgumentException(kind + " of bool");
    };
  }

  /// `a * b + c` rounded once; the signs of the product and of `c` may be turned.
  String multiplyAdd(String a, String b, String c) {
    return (dtype == DType.F64 ? "fma(" : "fmaf(") + a + ", " + b + ", " + c + ")";
  }
}
