package io.gatun.graph.pass;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Scan;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The scans of a graph and their bodies.
final class Bodies {
  private Bodies() {}

  /// What results of one loop have in common.
  record Loop(Scan scan, List<Node> operands) {
    static Loop of(Node node) {
      return new Loop(((Scan) node.op()).withOutput(0), node.inputs());
    }
  }

  /// Every loop with those of its results that the graph has.
  static Map<Loop, List<Node>> loops(Graph graph) {
    var loops = new LinkedHashMap<Loop, List<Node>>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Scan) {
        loops.computeIfAbsent(Loop.of(node), _ -> new ArrayList<>()).add(node);
      }
    }
    return loops;
  }

  /// The graph with `change` made to the body of each scan.
  static Graph map(Graph graph, UnaryOperator<Graph> change) {
    if (graph.nodes().stream().noneMatch(n -> n.op() instanceof Scan)) return graph;
    var changed = new IdentityHashMap<Graph, Graph>();
    var rewriter = new Rewriter(graph);
    return rewriter.run(
        (node, operands) -> {
          var op = node.op();
          if (op instanceof Scan scan) {
            op = scan.withBody(changed.computeIfAbsent(scan.body(), change));
          }
          return rewriter.builder().add(op, operands);
        });
  }

  /// Runs a pass on the graph, then on the bodies of the scans that are left, and on theirs.
  static Graph run(Pass pass, Graph graph) {
    return map(pass.run(graph), body -> run(pass, body));
  }
}
