package io.gatun.graph.kernel;

import io.gatun.graph.tensor.DType;
import java.util.List;
import java.util.function.Predicate;

/// One SSA value of a scalar program, interned by [KernelBuilder]: identity is equality.
public final class Expr {
  private final int id;
  private final ExprOp op;
  private final List<Expr> arguments;
  private final DType dtype;

  Expr(int id, ExprOp op, List<Expr> arguments, DType dtype) {
    this.id = id;
    this.op = op;
    this.arguments = List.copyOf(arguments);
    this.dtype = dtype;
  }

  /// Number within the kernel; arguments have smaller ones.
  public int id() {
    return id;
  }

  public ExprOp op() {
    return op;
  }

  public List<Expr> arguments() {
    return arguments;
  }

  public Expr argument(int i) {
    return arguments.get(i);
  }

  public DType dtype() {
    return dtype;
  }

  /// True when the value depends on a variable that satisfies `test` other than through a fold.
  public boolean anyVar(Predicate<Var> test) {
    boolean own =
        switch (op) {
          case ExprOp.Load(_, Index offset, List<Bound> bounds) ->
              offset.anyVar(test) || bounds.stream().anyMatch(b -> b.index().anyVar(test));
          case ExprOp.OfIndex(Index index) -> index.anyVar(test);
          case ExprOp.Within(List<Bound> bounds) ->
              bounds.stream().anyMatch(b -> b.index().anyVar(test));
          case ExprOp.Draw(_, Index index) -> index.anyVar(test);
          case ExprOp.Number _,
              ExprOp.Un _,
              ExprOp.Bin _,
              ExprOp.Choose _,
              ExprOp.Convert _,
              ExprOp.Folded _ ->
              false;
        };
    return own || arguments.stream().anyMatch(a -> a.anyVar(test));
  }

  @Override
  public String toString() {
    return "e" + id;
  }
}
