package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rough cost of a kernel in clock cycles, to choose the lane variable and the grain of
/// parallelism.
final class LoopCost {
  /// Cycles of work that make a chunk worth handing to another thread.
  private static final double CHUNK = 20_000;

  private LoopCost() {}

  /// Cycles that one lane of this instruction takes, memory aside.
  static double operation(Expr expr) {
    return switch (expr.op()) {
      case ExprOp.Number _, ExprOp.Folded _ -> 0;
      case ExprOp.Load _, ExprOp.Choose _, ExprOp.Convert _ -> 0.1;
      case ExprOp.OfIndex _, ExprOp.Within _ -> 0.2;
      case ExprOp.Un(var kind) ->
          switch (kind) {
            case NEG, ABS, SIGN, FLOOR, CEIL, ROUND, NOT -> 0.1;
            case SQRT, RSQRT -> 1;
            case EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, ERF -> 2;
          };
      case ExprOp.Bin(var kind) ->
          switch (kind) {
            case ADD, SUB, MUL, MAX, MIN, AND, OR, XOR, EQ, NE, LT, LE, GT, GE -> 0.1;
            case DIV -> 1;
            case REM -> 10;
            case POW -> 8;
          };
      case ExprOp.Draw _ -> 6;
    };
  }

  /// True when a value is worth keeping rather than computing again.
  static boolean isExpensive(Expr expr) {
    return operation(expr) >= 1;
  }

  /// Cycles of one point of the iteration space with its memory traffic. What does not depend on
  /// inner variables is computed once for all of their points, in a scalar where the lanes are
  /// those.
  static double point(LoopKernel kernel, Var lane) {
    var inner = kernel.inner();
    double seldom = (inner.contains(lane) ? 8 : 1) / Math.max(1.0, LoopPlan.points(inner));
    double cycles = 0;
    for (Expr expr : KernelIndices.exprs(kernel)) {
      double often = inner.isEmpty() || expr.anyVar(inner::contains) ? 1 : seldom;
      cycles += often * operation(expr);
      if (expr.op() instanceof ExprOp.Load(_, Index offset, _)) {
        cycles += often * access(offset, expr.dtype().bytes(), lane);
      }
    }
    for (var stage : kernel.stages()) {
      for (Store store : stage.stores()) cycles += store(store, lane);
    }
    for (Store store : kernel.finals()) cycles += seldom * store(store, lane);
    return cycles;
  }

  private static double store(Store store, Var lane) {
    return 1.5 * access(store.offset(), store.value().dtype().bytes(), lane);
  }

  private static double access(Index offset, int bytes, Var lane) {
    long stride = offset.coefficient(lane);
    boolean linear = offset.isAffineIn(List.of(lane));
    if (!linear) return 4;
    if (stride == 0) return 0.02;
    return Math.abs(stride) == 1 ? 0.1 * bytes : 2;
  }

  /// How many units of `points` points each make a chunk.
  static long grain(LoopKernel kernel, Var lane, double points) {
    double cycles = Math.max(1, point(kernel, lane) * points);
    return Math.max(1, (long) (CHUNK / cycles));
  }

  /// Values that differ along `lane` and that two stages need: kept in a row between them.
  static Set<Expr> sharedValues(LoopKernel kernel, Var lane) {
    var shared = new HashSet<Expr>();
    var before = new HashSet<Expr>();
    for (var stage : kernel.stages()) {
      var now = new HashSet<Expr>();
      stage.folds().forEach(f -> now.addAll(KernelIndices.exprs(f.value())));
      stage.stores().forEach(s -> now.addAll(KernelIndices.exprs(s.value())));
      for (Expr expr : now) {
        if (before.contains(expr) && isExpensive(expr) && expr.anyVar(lane::equals)) {
          shared.add(expr);
        }
      }
      before.addAll(now);
    }
    return shared;
  }
}
