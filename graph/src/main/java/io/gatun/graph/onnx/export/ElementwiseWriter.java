package io.gatun.graph.onnx.export;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Arithmetic. Integers of 8 and 16 bits, for which runtimes have few kernels, are computed in 32
/// and cut back, which wraps as theirs would.
record ElementwiseWriter(Emitter out) {
  private static boolean isNarrow(DType dtype) {
    return switch (dtype) {
      case I16, I8, U8, BOOL -> true;
      case F32, F64, F16, BF16, I64, I32 -> false;
    };
  }

  private String wide(DType dtype, String x) {
    return isNarrow(dtype) ? out.cast(x, DType.I32) : x;
  }

  private String narrow(DType dtype, String x) {
    return isNarrow(dtype) ? out.cast(x, dtype) : x;
  }

  String unary(Unary.Kind kind, DType dtype, String x) {
    return switch (kind) {
      case NEG -> narrow(dtype, out.add("Neg", wide(dtype, x)));
      case ABS -> narrow(dtype, out.add("Abs", wide(dtype, x)));
      case SIGN -> narrow(dtype, out.add("Sign", wide(dtype, x)));
      case SQRT -> out.add("Sqrt", x);
      case RSQRT -> out.add("Reciprocal", out.add("Sqrt", x));
      case EXP -> out.add("Exp", x);
      case EXPM1 -> expm1(dtype, x);
      case LOG -> out.add("Log", x);
      case LOG1P -> log1p(dtype, x);
      case SIN -> out.add("Sin", x);
      case COS -> out.add("Cos", x);
      case TANH -> out.add("Tanh", x);
      case SIGMOID -> out.add("Sigmoid", x);
      case ERF -> out.add("Erf", x);
      case FLOOR -> dtype.isFloat() ? out.add("Floor", x) : x;
      case CEIL -> dtype.isFloat() ? out.add("Ceil", x) : x;
      case ROUND -> dtype.isFloat() ? out.add("Round", x) : x;
      case NOT -> dtype == DType.BOOL ? out.add("Not", x) : out.add("BitwiseNot", x);
    };
  }

  private String isSmall(DType dtype, String x) {
    return out.add("Less", out.add("Abs", x), out.scalar(dtype, 0.5));
  }

  /// Near 0 by `2 t / (1 - t)` with `t = tanh(x / 2)`, which loses no digits.
  private String expm1(DType dtype, String x) {
    var one = out.scalar(dtype, 1);
    var t = out.add("Tanh", out.add("Mul", x, out.scalar(dtype, 0.5)));
    var near = out.add("Div", out.add("Add", t, t), out.add("Sub", one, t));
    return out.add("Where", isSmall(dtype, x), near, out.add("Sub", out.add("Exp", x), one));
  }

  /// Near 0 by `log(u) x / (u - 1)` with `u = 1 + x` as rounded (Higham, "Accuracy and Stability of
  /// Numerical Algorithms", 2002, 1.14.1).
  private String log1p(DType dtype, String x) {
    var one = out.scalar(dtype, 1);
    var u = out.add("Add", x, one);
    var log = out.add("Log", u);
    var near = out.add("Div", out.add("Mul", log, x), out.add("Sub", u, one));
    var exact = out.add("Where", out.add("Equal", u, one), x, near);
    return out.add("Where", isSmall(dtype, x), exact, log);
  }

  /// @param dtype of the operands
  String binary(Binary.Kind kind, DType dtype, String x, String y) {
    boolean bool = dtype == DType.BOOL;
    return switch (kind) {
      case ADD -> arithmetic("Add", dtype, x, y);
      case SUB -> arithmetic("Sub", dtype, x, y);
      case MUL -> arithmetic("Mul", dtype, x, y);
      case DIV -> dtype.isFloat() ? out.add("Div", x, y) : quotient(dtype, x, y, true);
      case REM ->
          dtype.isFloat()
              ? out.add("Mod", List.of(x, y), Emitter.integer("fmod", 1))
              : quotient(dtype, x, y, false);
      case MAX -> bool ? out.add("Or", x, y) : arithmetic("Max", dtype, x, y);
      case MIN -> bool ? out.add("And", x, y) : arithmetic("Min", dtype, x, y);
      case POW -> out.add("Pow", x, y);
      case AND -> out.add(bool ? "And" : "BitwiseAnd", x, y);
      case OR -> out.add(bool ? "Or" : "BitwiseOr", x, y);
      case XOR -> out.add(bool ? "Xor" : "BitwiseXor", x, y);
      case EQ -> compare("Equal", dtype, x, y);
      case NE -> out.add("Not", compare("Equal", dtype, x, y));
      case LT -> compare("Less", dtype, x, y);
      case LE -> compare("LessOrEqual", dtype, x, y);
      case GT -> compare("Greater", dtype, x, y);
      case GE -> compare("GreaterOrEqual", dtype, x, y);
    };
  }

  private String arithmetic(String operator, DType dtype, String x, String y) {
    return narrow(dtype, out.add(operator, wide(dtype, x), wide(dtype, y)));
  }

  private String compare(String operator, DType dtype, String x, String y) {
    return out.add(operator, wide(dtype, x), wide(dtype, y));
  }

  /// The divisors 0, which gives 0, and -1, for which processors trap on the least value, are kept
  /// from the runtime.
  private String quotient(DType dtype, String x, String y, boolean whole) {
    var type = isNarrow(dtype) ? DType.I32 : dtype;
    var dividend = wide(dtype, x);
    var divisor = wide(dtype, y);
    var zero = out.scalar(type, 0);
    var isZero = out.add("Equal", divisor, zero);
    var isMinus = out.add("Equal", divisor, out.scalar(type, -1));
    var safe = out.add("Where", out.add("Or", isZero, isMinus), out.scalar(type, 1), divisor);
    var quotient = out.add("Div", dividend, safe);
    var value = whole ? quotient : out.add("Sub", dividend, out.add("Mul", quotient, safe));
    var negated = whole ? out.add("Neg", dividend) : zero;
    var kept = out.add("Where", isMinus, negated, value);
    return narrow(dtype, out.add("Where", isZero, zero, kept));
  }

  String select(DType dtype, String condition, String x, String y) {
    return narrow(dtype, out.add("Where", condition, wide(dtype, x), wide(dtype, y)));
  }

  /// Folds an operand that has elements.
  String reduce(String x, TensorType type, Reduce reduce) {
    var dtype = type.dtype();
    int keep = reduce.keep() ? 1 : 0;
    if (reduce.axes().isEmpty()) return x;
    return switch (reduce.kind()) {
      case SUM -> fold("ReduceSum", x, dtype, reduce.axes(), keep);
      case PROD -> fold("ReduceProd", x, dtype, reduce.axes(), keep);
      case MAX -> fold("ReduceMax", x, dtype, reduce.axes(), keep);
      case MIN -> fold("ReduceMin", x, dtype, reduce.axes(), keep);
      case ARGMAX -> position("ArgMax", x, dtype, reduce.axes().getFirst(), keep);
      case ARGMIN -> position("ArgMin", x, dtype, reduce.axes().getFirst(), keep);
    };
  }

  private String fold(String operator, String x, DType dtype, List<Integer> axes, int keep) {
    var folded =
        out.add(
            operator, List.of(wide(dtype, x), out.longs(axes)), Emitter.integer("keepdims", keep));
    return narrow(dtype, folded);
  }

  private String position(String operator, String x, DType dtype, int axis, int keep) {
    var at =
        out.add(
            operator,
            List.of(wide(dtype, x)),
            Emitter.integer("axis", axis),
            Emitter.integer("keepdims", keep));
    return out.cast(at, DType.I32);
  }

  String product(List<String> in, Node node, MatMul product) {
    var dtype = node.type().dtype();
    int rank = node.type().shape().rank();
    var swapped = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    Collections.swap(swapped, rank - 2, rank - 1);
    var a = wide(dtype, in.get(0));
    var b = wide(dtype, in.get(1));
    if (product.transposeA()) a = out.transpose(a, swapped);
    if (product.transposeB()) b = out.transpose(b, swapped);
    return narrow(dtype, out.add("MatMul", a, b));
  }
}
