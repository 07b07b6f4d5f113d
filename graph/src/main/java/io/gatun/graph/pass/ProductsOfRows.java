package io.gatun.graph.pass;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Computes once for each row of a table what would be computed for each index into it, where there
/// are many more indices than rows: a network over characters or other small vocabularies. With
/// `t[i]` for gathered and `s(i, d)` for scattered rows
///
/// ```
/// t[i] w      = (t w)[i]            t[i] + b        = (t + b)[i]
/// t[i]^T d    = t^T s(i, d)         s(i, d w)       = s(i, d) w
/// sum of d    = sum of s(i, d)      where s(i, d) is computed anyway
/// ```
/// An infinity in a row that no index names may show as NaN in a sum over the rows.
public record ProductsOfRows() implements Pass {
  /// At least so many indices for each row.
  private static final long LEAST_USES = 2;

  @Override
  public String name() {
    return "products-of-rows";
  }

  @Override
  public Graph run(Graph graph) {
    if (graph.nodes().stream().noneMatch(ProductsOfRows::isOfRows)) return graph;
    var rewriter = new Rewriter(graph);
    var to = new Simplifier(rewriter.builder());
    var moved =
        rewriter.run(
            (node, operands) -> {
              if (node.op() instanceof MatMul product) {
                return product(to, product, operands.get(0), operands.get(1));
              }
              if (node.op() instanceof ScatterAdd scatter) {
                return scatter(to, scatter, to.add(scatter, operands));
              }
              return elementwise(to, node, operands).orElseGet(() -> to.add(node.op(), operands));
            });
    return rewriter.changed() ? sums(moved) : graph;
  }

  private static boolean isOfRows(Node node) {
    return GatherRules.isRows(node) || GatherRules.isScatteredRows(node);
  }

  private static boolean isRepeated(Node rows) {
    return GatherRules.isRows(rows) && isRepeated(rows.input(0), rows.input(1));
  }

  private static boolean isRepeated(Node table, Node indices) {
    return table.type().dtype().isFloat()
        && LEAST_USES * table.type().shape().dim(0) <= indices.type().size();
  }

  /// A matrix of rows, one for each index.
  private static boolean isRepeatedMatrix(Node rows) {
    return isRepeated(rows) && rows.type().shape().rank() == 2;
  }

  private static Node product(Simplifier to, MatMul product, Node a, Node b) {
    if (!product.transposeA() && isRepeatedMatrix(a)) {
      return to.add(a.op(), to.add(product, a.input(0), b), a.input(1));
    }
    if (product.transposeA() && !product.transposeB() && isRepeatedMatrix(a)) {
      return to.add(product, a.input(0), scattered(to, a, b));
    }
    if (product.transposeA() && !product.transposeB() && isRepeatedMatrix(b)) {
      return to.add(product, scattered(to, b, a), b.input(0));
    }
    return to.add(product, a, b);
  }

  /// The rows of a matrix summed by the index that `rows` has there.
  private static Node scattered(Simplifier to, Node rows, Node matrix) {
    int count = rows.input(0).type().shape().dim(0);
    var shape = Shape.of(count, matrix.type().shape().dim(1));
    Node zeros = to.splat(matrix.type().dtype(), 0, shape);
    return to.add(new ScatterAdd(0, false), zeros, rows.input(1), matrix);
  }

  /// Rows that are products are multiplied after they are summed.
  private static Node scatter(Simplifier to, ScatterAdd scatter, Node node) {
    if (!GatherRules.isScatteredRows(node)
        || !(node.input(2).op() instanceof MatMul product)
        || product.transposeA()
        || node.input(2).type().shape().rank() != 2
        || !isRepeated(node.input(0), node.input(1))) {
      return node;
    }
    Node d = node.input(2).input(0);
    var shape = Shape.of(node.type().shape().dim(0), d.type().shape().dim(1));
    Node sums = to.add(scatter, to.splat(d.type().dtype(), 0, shape), node.input(1), d);
    Node result = to.add(product, sums, node.input(2).input(1));
    return to.add(new Binary(Binary.Kind.ADD), node.input(0), result);
  }

  /// A function of rows, and of what is the same in each row.
  private static Optional<Node> elementwise(Simplifier to, Node node, List<Node> operands) {
    if (node.op() instanceof Unary && isRepeated(operands.getFirst())) {
      Node rows = operands.getFirst();
      return Optional.of(to.add(rows.op(), to.add(node.op(), rows.input(0)), rows.input(1)));
    }
    if (!(node.op() instanceof Binary)) return Optional.empty();
    for (int i = 0; i < 2; i++) {
      Node rows = operands.get(i);
      Node other = operands.get(1 - i);
      if (!isRepeated(rows) || !isSameInEachRow(rows, other)) continue;
      var source = other.input(0).type().shape();
      int lead = Math.max(0, source.rank() - rows.input(0).type().shape().rank() + 1);
      Node row = to.reshape(other.input(0), source.dims().subList(lead, source.rank()));
      Node repeated = to.add(new Broadcast(rows.input(0).type().shape()), row);
      Node first = i == 0 ? rows.input(0) : repeated;
      Node second = i == 0 ? repeated : rows.input(0);
      return Optional.of(to.add(rows.op(), to.add(node.op(), first, second), rows.input(1)));
    }
    return Optional.empty();
  }

  private static boolean isSameInEachRow(Node rows, Node other) {
    if (!(other.op() instanceof Broadcast broadcast)) return false;
    var repeated = broadcast.repeatedAxes(other.input(0).type().shape());
    var shape = other.type().shape();
    return IntStream.range(0, rows.input(1).type().shape().rank())
        .allMatch(axis -> repeated.contains(axis) || shape.dim(axis) == 1);
  }

  // --- sums of rows that are scattered, too

  private static Graph sums(Graph graph) {
    var scatters = new HashMap<Node, Node>();
    for (Node node : graph.nodes()) {
      boolean fromZero =
          GatherRules.isScatteredRows(node)
              && Splat.is(node.input(0), 0)
              && isRepeated(node.input(0), node.input(1));
      if (fromZero) scatters.putIfAbsent(node.input(2), node);
    }
    if (scatters.isEmpty()) return graph;
    var ordered = ordered(graph, scatters);
    var rewriter = new Rewriter(ordered);
    var to = new Simplifier(rewriter.builder());
    var images = new HashMap<Node, Node>();
    return rewriter.run(
        (node, operands) -> {
          var scatter = scatters.get(node.inputs().isEmpty() ? node : node.input(0));
          Node image =
              scatter != null && isSumOfRows(node, scatter)
                  ? to.add(new Reduce(Reduce.Kind.SUM, List.of(0), false), images.get(scatter))
                  : to.add(node.op(), operands);
          images.put(node, image);
          return image;
        });
  }

  private static boolean isSumOfRows(Node node, Node scatter) {
    int lead = scatter.input(1).type().shape().rank();
    return node.op() instanceof Reduce(var kind, var axes, boolean keep)
        && kind == Reduce.Kind.SUM
        && !keep
        && axes.equals(IntStream.range(0, lead).boxed().toList());
  }

  /// The nodes in an order in which each scatter comes before the sums of what it scatters.
  private static Graph ordered(Graph graph, Map<Node, Node> scatters) {
    var order = new LinkedHashSet<Node>();
    for (Node node : graph.nodes()) {
      var scatter = node.inputs().isEmpty() ? null : scatters.get(node.input(0));
      if (scatter != null && isSumOfRows(node, scatter)) addWithOperands(scatter, order);
      order.add(node);
    }
    return new Graph(new ArrayList<>(order), graph.outputs());
  }

  private static void addWithOperands(Node node, LinkedHashSet<Node> order) {
    var work = new ArrayDeque<>(List.of(node));
    while (!work.isEmpty()) {
      var next = work.peek();
      var missing = next.inputs().stream().filter(n -> !order.contains(n)).toList();
      missing.forEach(work::push);
      if (missing.isEmpty()) order.add(work.pop());
    }
  }
}
