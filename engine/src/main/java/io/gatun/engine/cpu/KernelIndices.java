package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.Store;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Every expression and every index of a kernel, also those within the indices of gathers.
final class KernelIndices {
  private final Set<Expr> exprs = new LinkedHashSet<>();
  private final List<Index> indices = new ArrayList<>();

  private KernelIndices() {}

  /// All indices of loads, stores, bounds and index values.
  static List<Index> of(LoopKernel kernel) {
    return visit(kernel).indices;
  }

  /// All expressions, arguments before users.
  static Set<Expr> exprs(LoopKernel kernel) {
    return visit(kernel).exprs;
  }

  /// All expressions that the value of `root` needs.
  static Set<Expr> exprs(Expr root) {
    var visitor = new KernelIndices();
    visitor.visit(root);
    return visitor.exprs;
  }

  static Stream<Store> stores(LoopKernel kernel) {
    return Stream.concat(
        kernel.stages().stream().flatMap(s -> s.stores().stream()), kernel.finals().stream());
  }

  private static KernelIndices visit(LoopKernel kernel) {
    var visitor = new KernelIndices();
    kernel.stages().forEach(s -> s.folds().forEach(f -> visitor.visit(f.value())));
    stores(kernel)
        .forEach(
            s -> {
              visitor.visit(s.offset());
              visitor.visit(s.value());
            });
    return visitor;
  }

  private void visit(Expr expr) {
    if (exprs.contains(expr)) return;
    expr.arguments().forEach(this::visit);
    ExprOp.indices(expr.op()).forEach(this::visit);
    exprs.add(expr);
  }

  private void visit(Index index) {
    indices.add(index);
    index.loaded().forEach(this::visit);
  }
}
