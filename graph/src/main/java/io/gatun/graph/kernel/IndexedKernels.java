package io.gatun.graph.kernel;

import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.ScatterAdd;
import java.util.ArrayList;
import java.util.List;

/// Builds the kernels of operations that write or find places at run time. What feeds them is
/// computed as they read it; what follows waits until they are done.
final class IndexedKernels {
  private final List<Node> nodes;
  private final Domain domain;
  private final Pull pull;

  IndexedKernels(List<Node> nodes, Domain domain, Pull pull) {
    this.nodes = nodes;
    this.domain = domain;
    this.pull = pull;
  }

  /// True for the operations that this class builds kernels of.
  static boolean isAnchor(Node node) {
    return node.op() instanceof ScatterAdd || node.op() instanceof ArgSort;
  }

  /// The kernel of the only anchor, which alone is stored.
  Kernel build(Node anchor, List<Node> stored) {
    if (!stored.equals(List.of(anchor))) {
      throw new NotFusable(anchor + " " + anchor.op().text() + " stores its result alone");
    }
    return switch (anchor.op()) {
      case ScatterAdd(int axis, boolean along) -> scatter(anchor, axis, along);
      case ArgSort(int axis, boolean descending, _) -> sort(anchor, axis, descending);
      case Op op -> throw new IllegalArgumentException(op.text());
    };
  }

  private Kernel scatter(Node node, int axis, boolean along) {
    var rows = node.type().shape();
    var updates = node.input(2).type().shape();
    int picked = along ? 1 : node.input(1).type().shape().rank();
    var outer = new ArrayList<Var>();
    var points = new ArrayList<Var>();
    var inner = new ArrayList<Var>();
    var place = new ArrayList<Index>();
    for (int a = 0; a < updates.rank(); a++) {
      var variables = a < axis ? outer : a < axis + picked ? points : inner;
      var dimension = domain.dimension("u" + a, updates.dim(a));
      variables.addAll(dimension.variables());
      place.add(dimension.index());
    }
    var row = domain.dimension("row", rows.dim(axis));
    var result = new ArrayList<>(place.subList(0, axis));
    result.add(row.index());
    result.addAll(place.subList(axis + picked, place.size()));
    var base = pull.at(node.input(0), result, List.of());
    var at = along ? place : place.subList(axis, axis + picked);
    var index = pull.at(node.input(1), at, List.of());
    var update = pull.at(node.input(2), place, List.of());
    var offset = Index.flat(result, rows.strides());
    checkBase(base, offset, List.of(index, update));
    var order = new ArrayList<>(points);
    order.addAll(inner);
    Recomputation.check(nodes, pull, outer, order);
    return new ScatterKernel(
        pull.buffers,
        outer,
        row.variables().getFirst(),
        points,
        inner,
        base,
        index,
        update,
        pull.buffer(node),
        offset);
  }

  /// The base is nothing to be computed, and nothing else reads it, which could then be updated in
  /// place.
  private static void checkBase(Expr base, Index offset, List<Expr> others) {
    switch (base.op()) {
      case ExprOp.Number _ -> {}
      case ExprOp.Load(int buffer, Index from, var bounds)
          when from.equals(offset) && bounds.isEmpty() -> {
        for (Expr other : others) {
          if (reads(other, buffer)) throw new NotFusable("an update reads what is updated");
        }
      }
      case ExprOp _ -> throw new NotFusable("the base of a scatter is read in order");
    }
  }

  private static boolean reads(Expr root, int buffer) {
    return Exprs.reachable(List.of(root)).stream()
        .anyMatch(e -> e.op() instanceof ExprOp.Load(int from, _, _) && from == buffer);
  }

  private Kernel sort(Node node, int axis, boolean descending) {
    var shape = node.input(0).type().shape();
    var outer = new ArrayList<Var>();
    var inner = new ArrayList<Var>();
    var place = new ArrayList<Index>();
    for (int a = 0; a < shape.rank(); a++) {
      var dimension = domain.dimension("i" + a, shape.dim(a));
      (a == axis ? inner : outer).addAll(dimension.variables());
      place.add(dimension.index());
    }
    var key = pull.at(node.input(0), place, List.of());
    Recomputation.check(nodes, pull, outer, inner);
    return new SortKernel(
        pull.buffers,
        outer,
        inner,
        key,
        descending,
        node.type().shape().dim(axis),
        pull.buffer(node),
        Index.flat(place, node.type().shape().strides()));
  }
}
