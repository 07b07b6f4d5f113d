package io.gatun.graph.plan;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Exprs;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.LoopsKernel;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.kernel.ScanKernel;
import io.gatun.graph.kernel.ScatterKernel;
import io.gatun.graph.kernel.SortKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.target.RowFunction;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Whether a kernel may write one value over the memory of another that it reads.
final class Updates {
  private Updates() {}

  /// True when `kernel` reads `old` nowhere but at the very element of `updated` that it is about
  /// to store, so that both may share memory. A device computes all values of a stage before it
  /// stores any of them.
  static boolean inPlace(Kernel kernel, Node updated, Node old) {
    int to = kernel.buffers().indexOf(updated);
    int from = kernel.buffers().indexOf(old);
    if (from < 0) return true;
    return switch (kernel) {
      case LoopKernel k -> {
        var last = k.finals().isEmpty() ? k.stages().getLast().stores() : k.finals();
        var roots = new HashSet<Expr>();
        k.stages().forEach(s -> s.folds().forEach(f -> roots.add(f.value())));
        k.stages().forEach(s -> s.stores().forEach(store -> roots.add(store.value())));
        k.finals().forEach(store -> roots.add(store.value()));
        yield readsOnly(roots, from, offset(last, to));
      }
      case LoopsKernel k ->
          k.loops().stream()
              .filter(loop -> loop.buffers().contains(old))
              .allMatch(loop -> loop.buffers().contains(updated) && inPlace(loop, updated, old));
      case ContractKernel k -> {
        var roots = new HashSet<Expr>();
        k.stores().forEach(store -> roots.add(store.value()));
        yield readsOnly(roots, from, offset(k.stores(), to))
            && readsOnly(Set.of(k.a(), k.b()), from, List.of());
      }
      case ScatterKernel k ->
          readsOnly(Set.of(k.base()), from, List.of(k.offset()))
              && readsOnly(new HashSet<>(List.of(k.index(), k.update())), from, List.of());
      case ReferenceKernel k -> isRowOver(k, updated, old);
      case SortKernel _, ScanKernel _ -> false;
    };
  }

  /// Whether a function of rows gives rows that may replace those of an operand.
  private static boolean isRowOver(ReferenceKernel kernel, Node updated, Node old) {
    var operands = kernel.node().inputs();
    return kernel.node().op() instanceof Composite composite
        && updated.type().equals(operands.getFirst().type())
        && old.type().equals(updated.type())
        && Collections.frequency(operands, old) == 1
        && RowFunction.of(composite).filter(f -> f.mayReplace(operands.indexOf(old))).isPresent();
  }

  private static List<Index> offset(List<Store> stores, int buffer) {
    return stores.stream().filter(s -> s.buffer() == buffer).map(Store::offset).toList();
  }

  /// True when every load from `buffer` is at the one allowed offset.
  private static boolean readsOnly(Set<Expr> roots, int buffer, List<Index> allowed) {
    for (Expr expr : Exprs.reachable(roots)) {
      if (expr.op() instanceof ExprOp.Load(int from, Index offset, _)
          && from == buffer
          && !(allowed.size() == 1 && allowed.getFirst().equals(offset))) {
        return false;
      }
    }
    return true;
  }
}
