package io.gatun.graph.kernel;

import io.gatun.graph.tensor.DType;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes and interns the [Expr]s of one kernel: equal operations on the same arguments are the same
/// object.
public final class Exprs {
  private record Key(ExprOp op, List<Integer> arguments, DType dtype) {}

  private final Map<Key, Expr> interned = new HashMap<>();

  /// A factory with nothing in it yet.
  public Exprs() {}

  /// The expression `op(arguments)` of this type; the arguments come from this factory.
  public Expr add(ExprOp op, List<Expr> arguments, DType dtype) {
    var key = new Key(op, arguments.stream().map(Expr::id).toList(), dtype);
    Expr known = interned.get(key);
    if (known != null) return known;
    var expr = new Expr(interned.size(), op, arguments, dtype);
    interned.put(key, expr);
    return expr;
  }

  /// An expression whose type follows from its arguments; see [ExprOp#resultType].
  public Expr add(ExprOp op, Expr... arguments) {
    var list = List.of(arguments);
    return add(op, list, ExprOp.resultType(op, list));
  }

  /// A constant, brought into the range of an integer type.
  public Expr number(double value, DType dtype) {
    double number = dtype.isFloat() ? value : dtype.saturate(value);
    return add(new ExprOp.Number(number), List.of(), dtype);
  }

  /// The expressions that these need, themselves included, by way of indices too.
  public static Set<Expr> reachable(Collection<Expr> roots) {
    var seen = new HashSet<Expr>();
    var work = new ArrayDeque<>(roots);
    while (!work.isEmpty()) {
      var expr = work.pop();
      if (!seen.add(expr)) continue;
      work.addAll(expr.operands());
    }
    return seen;
  }

  /// All expressions made so far.
  Collection<Expr> all() {
    return interned.values();
  }
}
