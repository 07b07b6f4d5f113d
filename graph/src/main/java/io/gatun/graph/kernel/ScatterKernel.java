package io.gatun.graph.kernel;

import io.gatun.graph.ir.Node;
import java.util.List;

/// Additions at places read from memory. First element `offset` of the buffer `target` is `base`,
/// for all indices of `outer`, `row` and `inner`. Then for each index of `outer` and `inner` the
/// `points` are walked in order: at each, `update` is added to the element whose `row` is `index`,
/// clamped to the extent of `row`.
///
/// `base` is a number, or the element at `offset` of another buffer, which may share its memory
/// with `target`: then only the rows that are hit are touched. `index` and `update` do not depend
/// on `row`.
///
/// ```
/// fill row<1000 inner<64: y[64*row + inner] = 0      gradient of an embedding
/// add point<32 to row [index[point]]: y[64*row + inner] += update[64*point + inner]
/// ```
public record ScatterKernel(
    List<Node> buffers,
    List<Var> outer,
    Var row,
    List<Var> points,
    List<Var> inner,
    Expr base,
    Expr index,
    Expr update,
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
