package io.gatun.graph.kernel;

import io.gatun.graph.ir.Node;
import java.util.List;

/// A contraction with everything around it: for each index of the `batch`, `m` and `n` variables
/// the sum over the `k` variables of `a * b` (accumulated as [ExprOp.Folded] 0), then the stores,
/// whose values are the epilogue. `a` depends on batch, m and k, `b` on batch, k and n only: both
/// are packing expressions, often a plain load, or a guarded one (convolution). Each variable list
/// is outermost first.
public record ContractKernel(
    List<Node> buffers,
    List<Var> batch,
    List<Var> m,
    List<Var> n,
    List<Var> k,
    Expr a,
    Expr b,
    List<Store> stores)
    implements Kernel {

  @Override
  public List<Integer> written() {
    return stores.stream().map(Store::buffer).distinct().toList();
  }

  @Override
  public List<Index> storedAt() {
    return stores.stream().map(Store::offset).toList();
  }

  /// Product of the extents of some variables.
  public static long size(List<Var> variables) {
    long size = 1;
    for (Var variable : variables) size *= variable.extent();
    return size;
  }
}
