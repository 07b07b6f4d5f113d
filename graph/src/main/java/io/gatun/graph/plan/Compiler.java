package io.gatun.graph.plan;

import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.target.Target;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The facade of the compiler: graph in, plan out.
public final class Compiler {
  private Compiler() {}

  /// Compiles `graph` for `target`.
  public static Plan compile(Graph graph, Target target) {
    return unfused(graph, target);
  }

  /// One reference kernel a node, every value in a place of its own.
  private static Plan unfused(Graph graph, Target target) {
    var places = new IdentityHashMap<Node, Place>();
    var steps = new ArrayList<Step>();
    long arena = 0;
    var inputs = graph.inputs();
    for (int i = 0; i < inputs.size(); i++) places.put(inputs.get(i), new Place.InInput(i));
    for (Node node : graph.nodes()) {
      if (places.containsKey(node)) continue;
      if (node.op() instanceof Constant(var value)) {
        places.put(node, new Place.InConstant(value));
      } else {
        places.put(node, new Place.InArena(arena));
        arena += (node.type().bytes() + 63) / 64 * 64;
        steps.add(new Step.Launch(new Group(List.of(node), new ReferenceKernel(node))));
      }
    }
    steps.addAll(copies(graph));
    return new Plan(graph, target, steps, new MemoryPlan(Map.copyOf(places), arena), List.of());
  }

  private static List<Step> copies(Graph graph) {
    var steps = new ArrayList<Step>();
    int result = 0;
    for (var output : graph.outputs()) {
      Place to =
          output.updates().isPresent()
              ? new Place.InInput(graph.inputs().indexOf(output.updates().get()))
              : new Place.InResult(result++);
      steps.add(new Step.Copy(output.node(), to));
    }
    return steps;
  }
}
