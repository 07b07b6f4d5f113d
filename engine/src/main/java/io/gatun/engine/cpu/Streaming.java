package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.Store;
import java.util.List;

/// Chooses stores that go past the caches: for outputs too large to be found there later, writing
/// them without reading their lines first saves a third of the traffic.
final class Streaming {
  /// Smallest output, in bytes, that is streamed.
  static final long LEAST = 32L << 20;

  private Streaming() {}

  /// True when every store is contiguous, aligned if its buffer is, large, and not read.
  static boolean isWorthwhile(LoopKernel kernel, LoopPlan plan) {
    return !plan.isRow()
        && kernel.inner().isEmpty()
        && KernelIndices.stores(kernel)
            .allMatch(
                s ->
                    s.offset().coefficient(plan.lane()) == 1
                        && s.offset().isAffineIn(List.of(plan.lane()))
                        && isAligned(s, plan)
                        && kernel.buffers().get(s.buffer()).type().bytes() >= LEAST
                        && !isRead(kernel, s.buffer()));
  }

  private static boolean isAligned(Store store, LoopPlan plan) {
    int bytes = store.value().dtype().bytes();
    if (plan.width() * bytes != 64) return false;
    return store.offset().constant() * bytes % 64 == 0
        && store.offset().terms().entrySet().stream()
            .allMatch(t -> t.getKey().equals(plan.lane()) || t.getValue() * bytes % 64 == 0);
  }

  private static boolean isRead(LoopKernel kernel, int buffer) {
    for (Expr expr : KernelIndices.exprs(kernel)) {
      if (expr.op() instanceof ExprOp.Load(int read, _, _) && read == buffer) return true;
    }
    return false;
  }
}
