package io.gatun.graph.ir;

import java.util.stream.Collectors;

/// Prints graphs as text and parses them back.
public final class GraphText {
  private GraphText() {}

  /// One node a line, then the outputs.
  public static String print(Graph graph) {
    var text = new StringBuilder();
    for (Node node : graph.nodes()) {
      text.append(node).append(':').append(node.type()).append(" = ").append(node.op().text());
      for (Node input : node.inputs()) text.append(' ').append(input);
      text.append('\n');
    }
    return text.append("return")
        .append(
            graph.outputs().stream()
                .map(
                    o ->
                        " \"%s\" %s".formatted(o.name(), o.node())
                            + o.updates().map(u -> " updates " + u).orElse(""))
                .collect(Collectors.joining(",")))
        .append('\n')
        .toString();
  }
}
