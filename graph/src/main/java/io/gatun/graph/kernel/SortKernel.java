package io.gatun.graph.kernel;

import io.gatun.graph.ir.Node;
import java.util.List;

/// Positions that sort: for each index of `outer`, element `offset` of the buffer `target` at
/// position `p` of the `inner` variables (row-major) is the position of the `p`-th smallest (or
/// greatest, where `descending`) `key`, for the first `count` of these positions. Equal keys keep
/// their order; a NaN is greater than any number, all NaNs are equal, and so are -0 and 0.
public record SortKernel(
    List<Node> buffers,
    List<Var> outer,
    List<Var> inner,
    Expr key,
    boolean descending,
    long count,
    int target,
    Index offset)
    implements Kernel {

  @Override
  public List<Integer> written() {
    return List.of(target);
  }

  @Override
  public List<Index> storedAt() {
    return List.of(offset);
  }
}
