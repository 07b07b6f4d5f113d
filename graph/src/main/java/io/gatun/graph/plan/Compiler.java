package io.gatun.graph.plan;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.pass.Pipeline;
import io.gatun.graph.target.Target;

/// The facade of the compiler: graph in, plan out.
public final class Compiler {
  private Compiler() {}

  /// Compiles `graph` for `target`.
  ///
  /// @throws io.gatun.graph.ir.GraphException when the graph breaks an invariant of the IR
  public static Plan compile(Graph graph, Target target) {
    return compile(graph, target, Pipeline.Observer.NONE);
  }

  /// Compiles `graph` for `target`; `observer` sees the graph after each pass.
  public static Plan compile(Graph graph, Target target, Pipeline.Observer observer) {
    return Planner.plan(Pipeline.lower(graph, target, observer), target);
  }
}
