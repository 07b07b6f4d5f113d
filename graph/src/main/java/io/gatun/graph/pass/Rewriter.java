package io.gatun.graph.pass;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Rebuilds a graph node by node in a new builder; inputs, outputs and updates are carried over.
public final class Rewriter {
  /// What becomes of one node, given the images of its operands.
  @FunctionalInterface
  public interface Rule {
    Node apply(Node node, List<Node> operands);
  }

  private final Graph graph;
  private final GraphBuilder builder = new GraphBuilder();
  private boolean changed;

  /// A rewriting of `graph`.
  public Rewriter(Graph graph) {
    this.graph = graph;
  }

  /// The builder of the new graph.
  public GraphBuilder builder() {
    return builder;
  }

  /// Whether a node became anything but a copy of itself.
  boolean changed() {
    return changed;
  }

  /// The graph in which every node is replaced as `rule` says.
  public Graph run(Rule rule) {
    Map<Node, Node> images = new IdentityHashMap<>(2 * graph.nodes().size());
    for (Node node : graph.nodes()) {
      var operands = new ArrayList<Node>(node.inputs().size());
      for (Node input : node.inputs()) operands.add(images.get(input));
      builder.source(node.source());
      Node image = rule.apply(node, operands);
      changed |= !isCopy(node, operands, image);
      images.put(node, image);
    }
    var outputs = new ArrayList<Output>(graph.outputs().size());
    for (Output output : graph.outputs()) {
      Node value = images.get(output.node());
      outputs.add(new Output(output.name(), value, output.updates().map(images::get)));
    }
    return numbered(builder.build(outputs));
  }

  private static boolean isCopy(Node node, List<Node> operands, Node image) {
    return (image.op() == node.op() || image.op().equals(node.op()))
        && image.inputs().equals(operands);
  }

  /// The same graph with its nodes numbered without gaps.
  private static Graph numbered(Graph graph) {
    if (graph.nodes().isEmpty() || graph.nodes().getLast().id() == graph.nodes().size() - 1) {
      return graph;
    }
    var copy = new Rewriter(graph);
    return copy.run((node, operands) -> copy.builder.add(node.op(), operands));
  }
}
