package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// What the expressions of a contraction look at.
final class ContractIndices {
  private ContractIndices() {}

  /// Every index in an expression.
  static List<Index> of(Expr expr) {
    return KernelIndices.exprs(expr).stream()
        .flatMap(e -> ExprOp.indices(e.op()).stream())
        .distinct()
        .toList();
  }

  /// Every index in the values and the places of stores.
  static List<Index> of(List<Store> stores) {
    var indices = new ArrayList<Index>();
    for (Store store : stores) {
      indices.addAll(of(store.value()));
      indices.add(store.offset());
    }
    return indices;
  }

  /// Every load in an expression.
  static List<ExprOp.Load> loads(Expr expr) {
    return KernelIndices.exprs(expr).stream()
        .map(Expr::op)
        .filter(ExprOp.Load.class::isInstance)
        .map(ExprOp.Load.class::cast)
        .toList();
  }

  static boolean dependOn(Collection<Index> indices, Collection<Var> variables) {
    return indices.stream().anyMatch(i -> i.anyVar(variables::contains));
  }

  /// True when the place of some load is linear in `variable` with this coefficient.
  static boolean anyLoadSteps(Expr expr, Var variable, long coefficient) {
    return loads(expr).stream()
        .map(ExprOp.Load::offset)
        .anyMatch(i -> i.isAffineIn(List.of(variable)) && i.coefficient(variable) == coefficient);
  }

  /// The load that an expression is, where it is nothing else: unguarded, linear in everything.
  static Optional<ExprOp.Load> plainLoad(Expr expr) {
    return expr.op() instanceof ExprOp.Load load
            && load.bounds().stream().allMatch(b -> b.isCertain())
            && load.offset().terms().keySet().stream().allMatch(Var.class::isInstance)
        ? Optional.of(load)
        : Optional.empty();
  }
}
