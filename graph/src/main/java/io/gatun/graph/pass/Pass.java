package io.gatun.graph.pass;

import io.gatun.graph.ir.Graph;

/// A rewriting of graphs that preserves the value of every output.
public interface Pass {
  /// Name as printed in dumps: `simplify`.
  String name();

  /// The rewritten graph: the same inputs in the same order, the same outputs and updates.
  Graph run(Graph graph);
}
