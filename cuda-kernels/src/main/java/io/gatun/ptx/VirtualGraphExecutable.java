package io.gatun.ptx;

import java.util.List;

/// A graph that can be launched.
final class VirtualGraphExecutable {
  private List<GraphNode> nodes;

  VirtualGraphExecutable(VirtualGraph graph) {
    this.nodes = graph.nodes();
  }

  List<GraphNode> nodes() {
    return nodes;
  }

  /// Takes a graph of the same form in place of its own; launches under way keep theirs.
  boolean update(VirtualGraph graph) {
    if (graph.nodes().size() != nodes.size()) {
      return false;
    }
    for (var i = 0; i < nodes.size(); i++) {
      if (!nodes.get(i).hasFormOf(graph.nodes().get(i))) {
        return false;
      }
    }
    nodes = graph.nodes();
    return true;
  }
}
