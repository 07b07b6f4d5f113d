package io.gatun.graph.kernel;

import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import java.util.ArrayList;
import java.util.List;

/// Keeps kernels from computing something expensive again and again.
final class Recomputation {
  private Recomputation() {}

  /// Refuses kernels that compute something expensive much more often than it has elements.
  static void check(List<Node> nodes, Pull pull, List<Var> outer, List<Var> inner) {
    var order = new ArrayList<>(outer);
    order.addAll(inner);
    for (Node node : nodes) {
      if (!KernelBuilder.isExpensive(node) || node.op().pattern() != Op.Pattern.MAP) continue;
      if (pull.demands(node) > 1 && node.type().size() > KernelBuilder.SMALL) {
        throw new NotFusable(node + " would be computed at several indices");
      }
      for (Expr value : pull.expressions(node)) {
        long evaluations = evaluations(value, outer, order);
        if (evaluations > KernelBuilder.SMALL && evaluations > 2 * node.type().size()) {
          throw new NotFusable(
              node + " would be computed " + evaluations + " times for its " + node.type());
        }
      }
    }
  }

  /// How often the loops compute a value that they hoist as far out as it goes.
  private static long evaluations(Expr value, List<Var> outer, List<Var> order) {
    int depth = value.usesFold() ? outer.size() : 0;
    for (int i = 0; i < order.size(); i++) {
      if (value.variables().contains(order.get(i))) depth = Math.max(depth, i + 1);
    }
    return ContractKernel.size(order.subList(0, depth));
  }
}
