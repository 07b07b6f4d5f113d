package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;

/// Elementwise `y[i] = kind(x[i])`; the result has the operand's type. Kinds without a long form
/// want a float; `NOT` wants an integer (all bits) or a bool (logical).
///
/// Integers wrap: `NEG` and `ABS` of the least value are that value, `NEG` of a `U8` is `256 - x`.
/// Floats follow C's math library, signed zeros included.
public record Unary(Kind kind) implements Op {
  public enum Kind {
    NEG(x -> -x, x -> -x),
    ABS(Math::abs, Math::abs),
    /// -1, 0 or 1; NaN stays NaN.
    SIGN(Math::signum, Long::signum),
    SQRT(Math::sqrt),
    RSQRT(x -> 1 / Math.sqrt(x)),
    EXP(Math::exp),
    EXPM1(Math::expm1),
    LOG(Math::log),
    LOG1P(Math::log1p),
    SIN(Math::sin),
    COS(Math::cos),
    TANH(Math::tanh),
    /// The logistic function 1 / (1 + exp(-x)).
    SIGMOID(x -> x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
    ERF(Erf::erf),
    FLOOR(Math::floor, x -> x),
    CEIL(Math::ceil, x -> x),
    /// To the nearest integer, ties to even.
    ROUND(Math::rint, x -> x),
    NOT(x -> Double.NaN, x -> ~x);

    private final DoubleUnaryOperator onDouble;
    private final LongUnaryOperator onLong;

    Kind(DoubleUnaryOperator onDouble) {
      this(onDouble, _ -> 0);
    }

    Kind(DoubleUnaryOperator onDouble, LongUnaryOperator onLong) {
      this.onDouble = onDouble;
      this.onLong = onLong;
    }

    /// The function on a float.
    public double apply(double x) {
      return onDouble.applyAsDouble(x);
    }

    /// The function on an integer; 0 where only floats have it.
    public long apply(long x) {
      return onLong.applyAsLong(x);
    }

    /// Name as printed.
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean accepts(TensorType type) {
      return switch (this) {
        case NEG, ABS, SIGN, FLOOR, CEIL, ROUND ->
            type.dtype().isFloat() || type.dtype().isInteger();
        case NOT -> !type.dtype().isFloat();
        case SQRT, RSQRT, EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, ERF ->
            type.dtype().isFloat();
      };
    }
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 1);
    var x = operands.getFirst();
    GraphException.check(kind.accepts(x), "%s: not defined on %s", text(), x);
    return x;
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    return switch (x.type().dtype()) {
      case F32, F64, F16, BF16 -> NdArray.of(x.type(), i -> kind.apply(x.at(i)));
      case BOOL -> NdArray.ofLongs(x.type(), i -> 1 - x.longAt(i));
      case I64, I32, I16, I8, U8 -> NdArray.ofLongs(x.type(), i -> kind.apply(x.longAt(i)));
    };
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return kind.text();
  }
}
