package io.gatun.engine.cuda;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.LoopsKernel;
import io.gatun.graph.plan.Group;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a group of a plan is called in messages and profiles: its last node, `%7 exp`; where it is
/// one launch for loops over many tensors also what each loop writes, by the names of the graph
/// where they have one: `%40 sub for 3 loops: m1 v1 w1, m2 v2 w2, m3 v3 w3`.
final class GroupName {
  private static final int MOST_LOOPS = 12;

  private GroupName() {}

  static String of(Graph graph, Group group) {
    var last = group.nodes().getLast();
    var name = last + " " + last.op().text();
    return group.kernel() instanceof LoopsKernel kernel
        ? "%s for %d loops: %s".formatted(name, kernel.loops().size(), loops(graph, kernel))
        : name;
  }

  private static String loops(Graph graph, LoopsKernel kernel) {
    var shown = kernel.loops().stream().limit(MOST_LOOPS).map(loop -> written(graph, loop));
    int more = kernel.loops().size() - MOST_LOOPS;
    return Stream.concat(shown, more > 0 ? Stream.of(more + " more") : Stream.of())
        .collect(Collectors.joining(", "));
  }

  private static String written(Graph graph, LoopKernel loop) {
    return loop.written().stream()
        .map(buffer -> name(graph, loop.buffers().get(buffer)))
        .collect(Collectors.joining(" "));
  }

  private static String name(Graph graph, Node node) {
    return graph.outputs().stream()
        .filter(output -> output.node() == node)
        .map(output -> output.name())
        .findFirst()
        .orElse(node.toString());
  }
}
