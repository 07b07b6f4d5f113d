package io.gatun.graph.kernel;

import io.gatun.graph.ir.Random;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Values of expressions at one point of the iteration space.
final class PointEvaluator {
  private record Value(double number, long integer) {}

  private final List<double[]> doubles;
  private final List<long[]> longs;
  private final Map<Var, Integer> variables = new HashMap<>();
  private final Map<Expr, Value> known = new HashMap<>();
  private final List<Value> folds = new ArrayList<>();

  PointEvaluator(List<double[]> doubles, List<long[]> longs) {
    this.doubles = doubles;
    this.longs = longs;
  }

  void bind(Var variable, int value) {
    variables.put(variable, value);
  }

  /// Forgets the values of the point before.
  void advance() {
    known.clear();
  }

  void clearFolds() {
    folds.clear();
  }

  void addFold(double number, long integer) {
    folds.add(new Value(number, integer));
    advance();
  }

  double number(Expr expr) {
    return value(expr).number;
  }

  long integer(Expr expr) {
    return value(expr).integer;
  }

  private Value value(Expr expr) {
    Value value = known.get(expr);
    if (value == null) {
      value = compute(expr);
      known.put(expr, value);
    }
    return value;
  }

  private Value compute(Expr expr) {
    var dtype = expr.dtype();
    return switch (expr.op()) {
      case ExprOp.Number(double value) -> of(dtype, value, (long) value);
      case ExprOp.Load(int buffer, Index offset, List<Bound> bounds) -> {
        if (!within(bounds)) yield of(dtype, Double.NaN, -1);
        int at = Math.toIntExact(index(offset));
        yield dtype.isFloat()
            ? new Value(doubles.get(buffer)[at], 0)
            : of(dtype, 0, longs.get(buffer)[at]);
      }
      case ExprOp.OfIndex(Index index) -> of(dtype, index(index), index(index));
      case ExprOp.Within(List<Bound> bounds) -> of(dtype, 0, within(bounds) ? 1 : 0);
      case ExprOp.Un(var kind) -> {
        if (dtype.isFloat()) yield new Value(kind.apply(number(expr.argument(0))), 0);
        long x = integer(expr.argument(0));
        yield of(dtype, 0, dtype == DType.BOOL ? 1 - x : kind.apply(x));
      }
      case ExprOp.Bin(var kind) -> {
        if (!expr.argument(0).dtype().isFloat()) {
          yield of(dtype, 0, kind.apply(integer(expr.argument(0)), integer(expr.argument(1))));
        }
        double z = kind.apply(number(expr.argument(0)), number(expr.argument(1)));
        yield of(dtype, z, kind.isComparison() ? (long) z : 0);
      }
      case ExprOp.Choose() -> value(expr.argument(integer(expr.argument(0)) != 0 ? 1 : 2));
      case ExprOp.Convert() -> convert(expr.argument(0), dtype);
      case ExprOp.Draw(var kind, Index index) -> draw(kind, index(index), expr);
      case ExprOp.Folded(int fold) -> folds.get(fold);
    };
  }

  private static Value of(DType dtype, double number, long integer) {
    return dtype.isFloat() ? new Value(number, 0) : new Value(0, dtype.wrap(integer));
  }

  private Value convert(Expr from, DType to) {
    if (!from.dtype().isFloat()) {
      long x = integer(from);
      return to.isFloat() ? new Value(to.round(x), 0) : of(to, 0, x);
    }
    double x = number(from);
    if (to.isFloat()) return new Value(to.round(x), 0);
    return new Value(0, to.saturate(x));
  }

  /// Evaluates a [Random] of four elements at the shifted counter.
  private Value draw(Random.Kind kind, long at, Expr expr) {
    var scalar = TensorType.of(DType.I64);
    long key = integer(expr.argument(0));
    long counter = integer(expr.argument(1)) + at / 4;
    var block =
        new Random(kind, Shape.of(4))
            .evaluate(
                List.of(NdArray.ofLongs(scalar, _ -> key), NdArray.ofLongs(scalar, _ -> counter)));
    int word = (int) (at % 4);
    return of(expr.dtype(), block.at(word), block.longAt(word));
  }

  boolean within(List<Bound> bounds) {
    for (Bound bound : bounds) {
      long i = index(bound.index());
      if (i < 0 || i >= bound.limit() || i % Math.max(1, bound.multiple()) != 0) return false;
    }
    return true;
  }

  long index(Index index) {
    long sum = index.constant();
    for (var term : index.terms().entrySet()) {
      sum += term.getValue() * atom(term.getKey());
    }
    return sum;
  }

  private long atom(Index.Atom atom) {
    return switch (atom) {
      case Var v -> variables.get(v);
      case Index.Div(Index of, long by) -> Math.floorDiv(index(of), by);
      case Index.Mod(Index of, long by) -> Math.floorMod(index(of), by);
      case Index.Loaded(Expr value, long limit) -> Math.max(0, Math.min(limit - 1, integer(value)));
    };
  }
}
