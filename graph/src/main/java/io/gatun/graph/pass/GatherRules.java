package io.gatun.graph.pass;

import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.ir.Transpose;
import java.util.List;
import java.util.Optional;

/// Movements of rows that were gathered, or will be scattered, as movements of their indices.
final class GatherRules {
  private GatherRules() {}

  /// Whether a node is rows of a table, its slices along axis 0.
  static boolean isRows(Node node) {
    return node.op() instanceof Gather(int axis, boolean along) && axis == 0 && !along;
  }

  static boolean isScatteredRows(Node node) {
    return node.op() instanceof ScatterAdd(int axis, boolean along) && axis == 0 && !along;
  }

  static Optional<Node> reshape(Simplifier to, Reshape reshape, Node x) {
    if (!isRows(x)) return Optional.empty();
    return indexDims(reshape.shape().dims(), x.input(0), x.input(1))
        .map(dims -> to.add(x.op(), x.input(0), to.reshape(x.input(1), dims)));
  }

  static Optional<Node> transpose(Simplifier to, Transpose transpose, Node x) {
    if (!isRows(x)) return Optional.empty();
    return ofIndices(transpose.permutation(), x.input(1))
        .map(moved -> to.add(x.op(), x.input(0), to.add(new Transpose(moved), x.input(1))));
  }

  static Optional<Node> scatter(Simplifier to, ScatterAdd scatter, List<Node> operands) {
    if (scatter.axis() != 0 || scatter.along()) return Optional.empty();
    Node base = operands.get(0);
    Node indices = operands.get(1);
    Node updates = operands.get(2);
    if (updates.op() instanceof Reshape) {
      Node rows = updates.input(0);
      return indexDims(rows.type().shape().dims(), base, indices)
          .map(dims -> to.add(scatter, base, to.reshape(indices, dims), rows));
    }
    if (updates.op() instanceof Transpose transpose) {
      var inverse = transpose.inverse();
      return ofIndices(inverse, indices)
          .map(
              moved ->
                  to.add(scatter, base, to.add(new Transpose(moved), indices), updates.input(0)));
    }
    return Optional.empty();
  }

  /// The leading dimensions of an array whose last ones are those of the table's rows, if it has as
  /// many rows as there are indices.
  private static Optional<List<Integer>> indexDims(List<Integer> dims, Node table, Node indices) {
    var row = table.type().shape().dims().subList(1, table.type().shape().rank());
    int lead = dims.size() - row.size();
    if (lead < 0 || !dims.subList(lead, dims.size()).equals(row)) return Optional.empty();
    long rows = 1;
    for (int dim : dims.subList(0, lead)) rows *= dim;
    return rows == indices.type().size() ? Optional.of(dims.subList(0, lead)) : Optional.empty();
  }

  /// What a permutation does to the axes of the indices, if it leaves those of the rows.
  private static Optional<List<Integer>> ofIndices(List<Integer> permutation, Node indices) {
    int lead = indices.type().shape().rank();
    for (int axis = lead; axis < permutation.size(); axis++) {
      if (permutation.get(axis) != axis) return Optional.empty();
    }
    return Optional.of(permutation.subList(0, lead));
  }
}
