package io.gatun.graph.plan;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.target.Target;

/// The facade of the compiler: graph in, plan out.
public final class Compiler {
  private Compiler() {}

  /// Compiles `graph` for `target`.
  public static Plan compile(Graph graph, Target target) {
    return Planner.plan(graph, target);
  }
}
