package io.gatun.graph.testing;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Makes a graph that fails some test smaller, so that the failure can be read.
public final class Shrinker {
  private Shrinker() {}

  /// A graph that still `fails`, with one output where possible: the earliest node that fails as
  /// the only output, with nodes turned into inputs as long as the failure stays. The predicate
  /// makes its own arguments, for instance by [RandomGraphs#arguments].
  public static Graph shrink(Graph graph, Predicate<Graph> fails) {
    var smallest = graph;
    for (Node node : graph.nodes()) {
      var candidate = copy(graph, List.of(Output.of("y", node)), Optional.empty());
      if (fails.test(candidate)) {
        smallest = candidate;
        break;
      }
    }
    for (boolean smaller = true; smaller; ) {
      smaller = false;
      for (Node node : smallest.nodes().reversed()) {
        if (node.op() instanceof Input) continue;
        var candidate = copy(smallest, smallest.outputs(), Optional.of(node));
        if (candidate.nodes().size() < smallest.nodes().size() && fails.test(candidate)) {
          smallest = candidate;
          smaller = true;
          break;
        }
      }
    }
    return smallest;
  }

  /// The graph of these outputs without unused inputs; `cut` becomes an input.
  private static Graph copy(Graph graph, List<Output> outputs, Optional<Node> cut) {
    var trial = copyAll(graph, outputs, cut);
    var used = trial.users();
    var read =
        trial.nodes().stream()
            .filter(n -> !used.get(n).isEmpty() || trial.outputNodes().contains(n))
            .toList();
    return new Graph(read, trial.outputs());
  }

  private static Graph copyAll(Graph graph, List<Output> outputs, Optional<Node> cut) {
    var builder = new GraphBuilder();
    var copies = new IdentityHashMap<Node, Node>();
    for (Node node : graph.nodes()) {
      boolean isCut = cut.stream().anyMatch(c -> c == node);
      copies.put(
          node,
          isCut
              ? builder.add(new Input("cut" + node.id(), node.type()))
              : builder.add(node.op(), node.inputs().stream().map(copies::get).toList()));
    }
    return builder.build(
        outputs.stream()
            .map(o -> new Output(o.name(), copies.get(o.node()), o.updates().map(copies::get)))
            .toList());
  }
}
