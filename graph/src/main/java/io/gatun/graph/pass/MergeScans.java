package io.gatun.graph.pass;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Scan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes one loop of those that carry the same values over the same operands and differ in their
/// outputs: the forward loop of a gradient keeps values beside those that the differentiated loop
/// gives.
public record MergeScans() implements Pass {
  /// What loops have in common that can be merged.
  private record Key(
      List<Node> operands, int carries, int sequences, int length, boolean reverse) {}

  @Override
  public String name() {
    return "merge-scans";
  }

  @Override
  public Graph run(Graph graph) {
    var candidates = new LinkedHashMap<Key, List<Node>>();
    for (var loop : Bodies.loops(graph).entrySet()) {
      var scan = loop.getKey().scan();
      var key =
          new Key(
              loop.getKey().operands(),
              scan.carries(),
              scan.sequences(),
              scan.length(),
              scan.reverse());
      candidates.computeIfAbsent(key, _ -> new ArrayList<>()).addAll(loop.getValue());
    }
    var merged = new IdentityHashMap<Node, Scan>();
    for (var nodes : candidates.values()) merged.putAll(merge(nodes));
    if (merged.isEmpty()) return graph;
    var rewriter = new Rewriter(graph);
    return rewriter.run(
        (node, operands) ->
            rewriter
                .builder()
                .add(merged.containsKey(node) ? merged.get(node) : node.op(), operands));
  }

  /// What becomes of the results of loops over the same operands.
  private static Map<Node, Scan> merge(List<Node> nodes) {
    var bodies = new LinkedHashMap<Graph, List<Node>>();
    for (Node node : nodes) {
      bodies.computeIfAbsent(((Scan) node.op()).body(), _ -> new ArrayList<>()).add(node);
    }
    if (bodies.size() == 1) return Map.of();
    var builder = new GraphBuilder();
    var first = (Scan) nodes.getFirst().op();
    var inputs = first.body().inputs().stream().map(n -> builder.add(n.op())).toList();
    // Bodies by the carries that they give to the next step.
    var groups = new LinkedHashMap<List<Node>, Map<Graph, List<Node>>>();
    for (Graph body : bodies.keySet()) {
      var results = builder.inline(body, inputs);
      groups
          .computeIfAbsent(results.subList(0, first.carries()), _ -> new LinkedHashMap<>())
          .put(body, results);
    }
    var merged = new HashMap<Node, Scan>();
    for (var group : groups.entrySet()) {
      if (group.getValue().size() == 1) continue;
      var results = new ArrayList<>(group.getKey());
      var positions = positions(results, group.getValue().values());
      var outputs = new ArrayList<Output>();
      for (Node result : results) outputs.add(Output.of("out" + outputs.size(), result));
      var body = builder.build(outputs);
      group
          .getValue()
          .forEach(
              (old, own) -> {
                for (Node node : bodies.get(old)) {
                  var scan = (Scan) node.op();
                  int output =
                      scan.output() < scan.carries()
                          ? scan.output()
                          : positions.get(own.get(scan.output()));
                  merged.put(node, scan.withBody(body).withOutput(output));
                }
              });
    }
    return merged;
  }

  /// Adds the outputs of all bodies behind the carries, each once; gives their positions.
  private static Map<Node, Integer> positions(List<Node> results, Collection<List<Node>> ofBodies) {
    int carries = results.size();
    var positions = new IdentityHashMap<Node, Integer>();
    for (var own : ofBodies) {
      for (Node output : own.subList(carries, own.size())) {
        if (positions.putIfAbsent(output, results.size()) == null) results.add(output);
      }
    }
    return positions;
  }
}
