package io.gatun.graph.pass;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.target.RowFunction;
import io.gatun.graph.target.Target;
import java.util.IdentityHashMap;
import java.util.List;

/// Keeps the composites that the target has kernels for and replaces every other by its body, also
/// where composites are nested. A function of rows is kept where its kernel moves fewer bytes than
/// the loop that its body and its neighbours would become.
public record ClaimComposites(Target target) implements Pass {
  @Override
  public String name() {
    return "claim-composites";
  }

  @Override
  public Graph run(Graph graph) {
    var rewriter = new Rewriter(graph);
    var savings = new RowSavings(graph, target);
    return rewriter.run(
        (node, operands) ->
            node.op() instanceof Composite composite && !isKept(node, composite, savings)
                ? inline(rewriter.builder(), composite, operands)
                : rewriter.builder().add(node.op(), operands));
  }

  private boolean isKept(Node node, Composite composite, RowSavings savings) {
    return target.claims(composite)
        && RowFunction.of(composite).map(f -> savings.isWorthIt(node, f)).orElse(true);
  }

  private Node add(GraphBuilder builder, Op op, List<Node> operands) {
    return op instanceof Composite composite && !target.claims(composite)
        ? inline(builder, composite, operands)
        : builder.add(op, operands);
  }

  /// Recurses by the depth of nesting only.
  private Node inline(GraphBuilder builder, Composite composite, List<Node> arguments) {
    var images = new IdentityHashMap<Node, Node>();
    var next = arguments.iterator();
    for (Node node : composite.body().nodes()) {
      Node image =
          node.op() instanceof Input
              ? next.next()
              : add(builder, node.op(), node.inputs().stream().map(images::get).toList());
      images.put(node, image);
    }
    return images.get(composite.body().outputs().get(composite.output()).node());
  }
}
