package io.gatun.graph.pass;

import io.gatun.graph.ir.Graph;

/// Algebraic identities, movements that cancel, work moved before broadcasts. Identities hold
/// exactly or up to rounding and the sign of zero; none turns a NaN into a number. Repeated until
/// nothing changes.
public record Simplify() implements Pass {
  /// Rules mostly see simple operands at once, so that more rounds than this change little.
  private static final int ROUNDS = 8;

  @Override
  public String name() {
    return "simplify";
  }

  @Override
  public Graph run(Graph graph) {
    for (int round = 0; round < ROUNDS; round++) {
      var rewriter = new Rewriter(graph);
      var simplifier = new Simplifier(rewriter.builder());
      graph = rewriter.run((node, operands) -> simplifier.add(node.op(), operands));
      if (!rewriter.changed()) break;
    }
    return graph;
  }
}
