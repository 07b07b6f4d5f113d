package io.gatun.engine.cuda.lowering;

import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Store;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All expressions and indices that some roots need, and how often each expression is used.
final class Walk {
  private final Set<Expr> exprs = new LinkedHashSet<>();
  private final List<Index> indices = new ArrayList<>();
  private final Map<Expr, Integer> uses = new HashMap<>();

  /// A walk from these values.
  static Walk from(Collection<Expr> roots) {
    var walk = new Walk();
    roots.forEach(walk::use);
    return walk;
  }

  /// A walk from the values and offsets of these stores and from some more values.
  static Walk from(Collection<Store> stores, Collection<Expr> more) {
    var walk = from(more);
    for (Store store : stores) {
      walk.use(store.value());
      walk.visit(store.offset());
    }
    return walk;
  }

  /// All expressions, arguments before users.
  Set<Expr> exprs() {
    return exprs;
  }

  /// All indices of loads, stores, bounds and index values.
  List<Index> indices() {
    return indices;
  }

  /// How often an expression is an argument, an index or a root.
  int uses(Expr expr) {
    return uses.getOrDefault(expr, 0);
  }

  private void use(Expr expr) {
    uses.merge(expr, 1, Integer::sum);
    if (exprs.contains(expr)) return;
    expr.arguments().forEach(this::use);
    ExprOp.indices(expr.op()).forEach(this::visit);
    exprs.add(expr);
  }

  private void visit(Index index) {
    indices.add(index);
    index.loaded().forEach(this::use);
  }
}
