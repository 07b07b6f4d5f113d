package io.gatun.graph.kernel;

import io.gatun.graph.tensor.DType;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// One SSA value of a scalar program, interned by [Exprs]: identity is equality.
public final class Expr {
  private final int id;
  private final ExprOp op;
  private final List<Expr> arguments;
  private final DType dtype;
  private final Set<Var> variables;
  private final boolean usesFold;

  Expr(int id, ExprOp op, List<Expr> arguments, DType dtype) {
    this.id = id;
    this.op = op;
    this.arguments = List.copyOf(arguments);
    this.dtype = dtype;
    var all = new HashSet<Var>();
    for (Index index : ExprOp.indices(op)) index.collectVariables(all);
    for (Expr argument : arguments) all.addAll(argument.variables);
    this.variables = Collections.unmodifiableSet(all);
    this.usesFold =
        op instanceof ExprOp.Folded
            || arguments.stream().anyMatch(a -> a.usesFold)
            || ExprOp.indices(op).stream().anyMatch(Index::usesFold);
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

  /// The arguments and the values that the indices are read from.
  List<Expr> operands() {
    var read = ExprOp.indices(op).stream().flatMap(index -> index.loaded().stream());
    return Stream.concat(arguments.stream(), read).toList();
  }

  public DType dtype() {
    return dtype;
  }

  /// The variables that the value depends on other than through a fold.
  public Set<Var> variables() {
    return variables;
  }

  /// True when a fold's result goes into the value, which then also depends on all outer variables.
  public boolean usesFold() {
    return usesFold;
  }

  /// True when the value depends on a variable that satisfies `test` other than through a fold.
  public boolean anyVar(Predicate<Var> test) {
    return variables.stream().anyMatch(test);
  }

  @Override
  public String toString() {
    return "e" + id;
  }
}
