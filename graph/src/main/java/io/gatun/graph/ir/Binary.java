package io.gatun.graph.ir;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/// Elementwise `z[i] = kind(x[i], y[i])`; operands have equal types (broadcasts are explicit).
/// Comparisons give `bool`. Integer division truncates toward zero and gives 0 for a zero divisor,
/// as `REM` does; other results wrap (the least value divided by -1 is itself), `U8` is unsigned
/// throughout. `MAX` and `MIN` of a NaN are NaN and take -0 for less than 0. `POW` is IEEE 754's
/// and C's: 1 to any power, even NaN, is 1.
public record Binary(Kind kind) implements Op {
  public enum Kind {
    ADD(Double::sum, Long::sum),
    SUB((x, y) -> x - y, (x, y) -> x - y),
    MUL((x, y) -> x * y, (x, y) -> x * y),
    DIV((x, y) -> x / y, (x, y) -> y == 0 ? 0 : x / y),
    /// Remainder with the sign of the dividend (C's `fmod`).
    REM((x, y) -> x % y, (x, y) -> y == 0 ? 0 : x % y),
    MAX(Math::max, Math::max),
    MIN(Math::min, Math::min),
    POW(Kind::pow, (_, _) -> 0),
    AND((_, _) -> Double.NaN, (x, y) -> x & y),
    OR((_, _) -> Double.NaN, (x, y) -> x | y),
    XOR((_, _) -> Double.NaN, (x, y) -> x ^ y),
    EQ((x, y) -> x == y ? 1 : 0, (x, y) -> x == y ? 1 : 0),
    NE((x, y) -> x != y ? 1 : 0, (x, y) -> x != y ? 1 : 0),
    LT((x, y) -> x < y ? 1 : 0, (x, y) -> x < y ? 1 : 0),
    LE((x, y) -> x <= y ? 1 : 0, (x, y) -> x <= y ? 1 : 0),
    GT((x, y) -> x > y ? 1 : 0, (x, y) -> x > y ? 1 : 0),
    GE((x, y) -> x >= y ? 1 : 0, (x, y) -> x >= y ? 1 : 0);

    private final DoubleBinaryOperator onDouble;
    private final LongBinaryOperator onLong;

    Kind(DoubleBinaryOperator onDouble, LongBinaryOperator onLong) {
      this.onDouble = onDouble;
      this.onLong = onLong;
    }

    /// `Math.pow` with the cases that Java leaves out: 1^NaN, 1^inf and (-1)^inf are 1.
    private static double pow(double x, double y) {
      return x == 1 || x == -1 && Double.isInfinite(y) ? 1 : Math.pow(x, y);
    }

    /// The function on floats; comparisons give 1 or 0.
    public double apply(double x, double y) {
      return onDouble.applyAsDouble(x, y);
    }

    /// The function on integers; comparisons give 1 or 0.
    public long apply(long x, long y) {
      return onLong.applyAsLong(x, y);
    }

    public boolean isComparison() {
      return switch (this) {
        case EQ, NE, LT, LE, GT, GE -> true;
        case ADD, SUB, MUL, DIV, REM, MAX, MIN, POW, AND, OR, XOR -> false;
      };
    }

    /// Name as printed.
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean accepts(DType dtype) {
      return switch (this) {
        case ADD, SUB, MUL, DIV, REM -> dtype != DType.BOOL;
        case MAX, MIN, EQ, NE, LT, LE, GT, GE -> true;
        case POW -> dtype.isFloat();
        case AND, OR, XOR -> !dtype.isFloat();
      };
    }
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 2);
    var x = operands.get(0);
    var y = operands.get(1);
    GraphException.check(x.equals(y), "%s: operand types differ: %s and %s", text(), x, y);
    GraphException.check(kind.accepts(x.dtype()), "%s: not defined on %s", text(), x);
    return kind.isComparison() ? x.with(DType.BOOL) : x;
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    NdArray x = operands.get(0);
    NdArray y = operands.get(1);
    var type = infer(List.of(x.type(), y.type()));
    return x.type().dtype().isFloat()
        ? NdArray.of(type, i -> kind.apply(x.at(i), y.at(i)))
        : NdArray.ofLongs(type, i -> kind.apply(x.longAt(i), y.longAt(i)));
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
