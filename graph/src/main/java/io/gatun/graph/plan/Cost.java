package io.gatun.graph.plan;

import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.LoopsKernel;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.kernel.ScanKernel;
import io.gatun.graph.kernel.ScatterKernel;
import io.gatun.graph.kernel.SortKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What one run of a kernel costs at least.
///
/// @param flops arithmetic operations on elements; a transcendental function counts as one, a
///     multiply-add as two, index arithmetic and conversions as none
/// @param bytesRead each array once, or the part of it that can be touched
/// @param bytesWritten likewise
public record Cost(long flops, long bytesRead, long bytesWritten) {
  /// No cost.
  public static final Cost NONE = new Cost(0, 0, 0);

  /// The cost of a group, by its kernel. Arithmetic in a [ReferenceKernel] is not counted,
  /// nor that in a [ScanKernel], which is in its body's plan.
  public static Cost of(Group group) {
    return switch (group.kernel()) {
      case LoopKernel kernel -> new Count(kernel).loop(kernel);
      case LoopsKernel kernel ->
          kernel.loops().stream().map(loop -> new Count(loop).loop(loop)).reduce(NONE, Cost::plus);
      case ContractKernel kernel -> new Count(kernel).contract(kernel);
      case ScatterKernel kernel -> new Count(kernel).scatter(kernel);
      case SortKernel kernel -> new Count(kernel).sort(kernel);
      case ScanKernel _, ReferenceKernel _ ->
          new Cost(0, bytes(group.reads().stream()), bytes(group.writes().stream()));
    };
  }

  /// The cost of one entry of a schedule.
  public static Cost of(Step step) {
    return switch (step) {
      case Step.Launch(Group group) -> of(group);
      case Step.Copy(_, _, long bytes) -> new Cost(0, bytes, bytes);
      case Step.Loop loop -> of(loop.body()).times(loop.length());
    };
  }

  /// The cost of one run of a plan.
  public static Cost of(Plan plan) {
    return plan.steps().stream().map(Cost::of).reduce(NONE, Cost::plus);
  }

  /// Bytes read and written.
  public long bytes() {
    return bytesRead + bytesWritten;
  }

  /// The cost of both.
  public Cost plus(Cost other) {
    return new Cost(
        flops + other.flops, bytesRead + other.bytesRead, bytesWritten + other.bytesWritten);
  }

  /// The cost of doing it several times.
  public Cost times(int count) {
    return new Cost(count * flops, count * bytesRead, count * bytesWritten);
  }

  private static long bytes(Stream<Node> nodes) {
    return nodes.mapToLong(n -> n.type().bytes()).sum();
  }

  /// Counts operations and accesses, the accesses by buffer.
  private static final class Count {
    private final Kernel kernel;
    private final Map<Integer, Long> reads = new HashMap<>();
    private final Map<Integer, Long> writes = new HashMap<>();
    private long flops;

    Count(Kernel kernel) {
      this.kernel = kernel;
    }

    Cost loop(LoopKernel loop) {
      long outer = ContractKernel.size(loop.outer());
      long inner = outer * ContractKernel.size(loop.inner());
      for (var stage : loop.stages()) {
        var seen = new HashSet<Expr>();
        for (var fold : stage.folds()) {
          flops += inner;
          evaluate(fold.value(), seen, loop.inner(), inner, outer);
        }
        store(stage.stores(), seen, loop.inner(), inner, outer);
      }
      store(loop.finals(), new HashSet<>(), List.of(), outer, outer);
      return cost();
    }

    Cost contract(ContractKernel product) {
      long batch = ContractKernel.size(product.batch());
      long m = ContractKernel.size(product.m());
      long n = ContractKernel.size(product.n());
      long k = ContractKernel.size(product.k());
      flops += 2 * batch * m * n * k;
      evaluate(product.a(), new HashSet<>(), List.of(), batch * m * k, batch * m * k);
      evaluate(product.b(), new HashSet<>(), List.of(), batch * k * n, batch * k * n);
      store(product.stores(), new HashSet<>(), List.of(), batch * m * n, batch * m * n);
      return cost();
    }

    /// One addition for each update; the base is read where it is no number.
    Cost scatter(ScatterKernel scatter) {
      long outer = ContractKernel.size(scatter.outer());
      long inner = ContractKernel.size(scatter.inner());
      long updates = outer * ContractKernel.size(scatter.points()) * inner;
      long elements = outer * scatter.row().extent() * inner;
      flops += updates;
      evaluate(scatter.base(), new HashSet<>(), List.of(), elements, elements);
      evaluate(scatter.index(), new HashSet<>(), List.of(), updates, updates);
      evaluate(scatter.update(), new HashSet<>(), List.of(), updates, updates);
      writes.merge(scatter.target(), elements, Long::sum);
      return cost();
    }

    /// Comparisons are not counted.
    Cost sort(SortKernel sort) {
      long elements = ContractKernel.size(sort.outer()) * ContractKernel.size(sort.inner());
      evaluate(sort.key(), new HashSet<>(), List.of(), elements, elements);
      writes.merge(sort.target(), ContractKernel.size(sort.outer()) * sort.count(), Long::sum);
      return cost();
    }

    private void store(
        List<Store> stores, Set<Expr> seen, List<Var> inner, long often, long seldom) {
      for (Store store : stores) {
        writes.merge(store.buffer(), often, Long::sum);
        evaluate(store.value(), seen, inner, often, seldom);
      }
    }

    /// Counts an expression and its arguments, each once: `often` where it depends on one of the
    /// `inner` variables, else `seldom`.
    private void evaluate(Expr expr, Set<Expr> seen, List<Var> inner, long often, long seldom) {
      if (!seen.add(expr)) return;
      long times = inner.isEmpty() || expr.anyVar(inner::contains) ? often : seldom;
      switch (expr.op()) {
        case ExprOp.Un _, ExprOp.Bin _, ExprOp.Choose _ -> flops += times;
        case ExprOp.Load(int buffer, _, _) -> reads.merge(buffer, times, Long::sum);
        case ExprOp.Number _,
            ExprOp.OfIndex _,
            ExprOp.Within _,
            ExprOp.Convert _,
            ExprOp.Draw _,
            ExprOp.Folded _ -> {}
      }
      expr.arguments().forEach(a -> evaluate(a, seen, inner, often, seldom));
      for (Index index : ExprOp.indices(expr.op())) {
        index.loaded().forEach(e -> evaluate(e, seen, inner, often, seldom));
      }
    }

    private Cost cost() {
      return new Cost(flops, bytes(reads), bytes(writes));
    }

    private long bytes(Map<Integer, Long> accesses) {
      return accesses.entrySet().stream()
          .mapToLong(
              e -> {
                var type = kernel.buffers().get(e.getKey()).type();
                return Math.min(type.bytes(), e.getValue() * type.dtype().bytes());
              })
          .sum();
    }
  }
}
