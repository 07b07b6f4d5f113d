package io.gatun.ptx;

import java.util.List;

/// Captured work.
record VirtualGraph(List<GraphNode> nodes) {
  VirtualGraph {
    nodes = List.copyOf(nodes);
  }
}
