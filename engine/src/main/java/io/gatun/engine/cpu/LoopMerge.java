package io.gatun.engine.cpu;

import io.gatun.graph.ir.Reduce;
import io.gatun.graph.kernel.Bound;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Exprs;
import io.gatun.graph.kernel.Fold;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Rewrites a kernel so that two loop variables which every index steps through as one become one:
/// an elementwise kernel on `[32,64,56,56]` becomes a single long loop. Variables of extent 1 go.
final class LoopMerge {
  private final Exprs exprs = new Exprs();
  private final Map<Expr, Expr> rewritten = new HashMap<>();
  private final Var high;
  private final Var low;
  private final Var merged;

  private LoopMerge(Var high, Var low) {
    this.high = high;
    this.low = low;
    merged =
        new Var(
            high.id(), high.name() + low.name(), Math.multiplyExact(high.extent(), low.extent()));
  }

  /// The same kernel with as few variables as its indices allow.
  static LoopKernel apply(LoopKernel kernel) {
    LoopKernel current = withoutUnits(kernel);
    while (true) {
      Optional<LoopKernel> next = step(current);
      if (next.isEmpty()) return current;
      current = next.get();
    }
  }

  private static LoopKernel withoutUnits(LoopKernel kernel) {
    return new LoopKernel(
        kernel.buffers(),
        kernel.outer().stream().filter(v -> v.extent() != 1).toList(),
        kernel.inner().stream().filter(v -> v.extent() != 1).toList(),
        kernel.stages(),
        kernel.finals());
  }

  private static Optional<LoopKernel> step(LoopKernel kernel) {
    for (Var high : kernel.outer()) {
      for (Var low : kernel.outer()) {
        if (high != low && canMerge(kernel, high, low)) {
          return Optional.of(merge(kernel, high, low));
        }
      }
    }
    boolean anyOrder = !hasPositions(kernel);
    for (int i = 0; i < kernel.inner().size(); i++) {
      for (int j = 0; j < kernel.inner().size(); j++) {
        if (i == j || !anyOrder && j != i + 1) continue;
        Var high = kernel.inner().get(i);
        Var low = kernel.inner().get(j);
        if (canMerge(kernel, high, low)) return Optional.of(merge(kernel, high, low));
      }
    }
    return Optional.empty();
  }

  private static boolean hasPositions(LoopKernel kernel) {
    return kernel.stages().stream()
        .flatMap(s -> s.folds().stream())
        .anyMatch(f -> f.kind() == Reduce.Kind.ARGMAX || f.kind() == Reduce.Kind.ARGMIN);
  }

  private static LoopKernel merge(LoopKernel kernel, Var high, Var low) {
    return new LoopMerge(high, low).rewrite(kernel);
  }

  private static boolean canMerge(LoopKernel kernel, Var high, Var low) {
    if ((long) high.extent() * low.extent() > Integer.MAX_VALUE) return false;
    return KernelIndices.of(kernel).stream().allMatch(i -> steps(i, high, low));
  }

  /// True when the index is a function of `high * extent(low) + low`.
  private static boolean steps(Index index, Var high, Var low) {
    if (index.coefficient(high) != index.coefficient(low) * low.extent()) return false;
    return index.terms().keySet().stream()
        .allMatch(
            atom ->
                switch (atom) {
                  case Var _, Index.Loaded _ -> true;
                  case Index.Div(Index of, _) -> steps(of, high, low);
                  case Index.Mod(Index of, _) -> steps(of, high, low);
                });
  }

  private LoopKernel rewrite(LoopKernel kernel) {
    return new LoopKernel(
        kernel.buffers(),
        rewriteVars(kernel.outer()),
        rewriteVars(kernel.inner()),
        kernel.stages().stream()
            .map(
                s ->
                    new LoopKernel.Stage(
                        s.folds().stream()
                            .map(f -> new Fold(f.kind(), rewrite(f.value())))
                            .toList(),
                        s.stores().stream().map(this::rewrite).toList()))
            .toList(),
        kernel.finals().stream().map(this::rewrite).toList());
  }

  /// The merged variable stands where `low`, the faster one, stood.
  private List<Var> rewriteVars(List<Var> variables) {
    var kept = new ArrayList<Var>();
    for (Var v : variables) {
      if (v.equals(low)) kept.add(merged);
      else if (!v.equals(high)) kept.add(v);
    }
    return kept;
  }

  private Store rewrite(Store store) {
    return new Store(store.buffer(), rewrite(store.offset()), rewrite(store.value()));
  }

  private Expr rewrite(Expr expr) {
    Expr known = rewritten.get(expr);
    if (known != null) return known;
    ExprOp op =
        switch (expr.op()) {
          case ExprOp.Load(int buffer, Index offset, List<Bound> bounds) ->
              new ExprOp.Load(buffer, rewrite(offset), rewriteBounds(bounds));
          case ExprOp.OfIndex(Index index) -> new ExprOp.OfIndex(rewrite(index));
          case ExprOp.Within(List<Bound> bounds) -> new ExprOp.Within(rewriteBounds(bounds));
          case ExprOp.Draw(var kind, Index index) -> new ExprOp.Draw(kind, rewrite(index));
          case ExprOp.Number _,
              ExprOp.Un _,
              ExprOp.Bin _,
              ExprOp.Choose _,
              ExprOp.Convert _,
              ExprOp.Folded _ ->
              expr.op();
        };
    Expr result =
        exprs.add(op, expr.arguments().stream().map(this::rewrite).toList(), expr.dtype());
    rewritten.put(expr, result);
    return result;
  }

  private List<Bound> rewriteBounds(List<Bound> bounds) {
    return bounds.stream().map(b -> b.of(rewrite(b.index()))).toList();
  }

  private Index rewrite(Index index) {
    return index.renamed(this::rewrite, this::rewrite);
  }

  private Optional<Var> rewrite(Var variable) {
    if (variable.equals(high)) return Optional.empty();
    return Optional.of(variable.equals(low) ? merged : variable);
  }
}
