package io.gatun.graph.plan;

import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.Kernel;
import java.util.List;

/// The nodes that one launch computes, in topological order, and the kernel that does it. Only the
/// buffers that the kernel writes exist in memory; the other nodes live in registers.
public record Group(List<Node> nodes, Kernel kernel) {
  public Group {
    nodes = List.copyOf(nodes);
  }

  /// The values that leave the group.
  public List<Node> writes() {
    return kernel.written().stream().map(kernel.buffers()::get).toList();
  }

  /// The values that the group reads from memory.
  public List<Node> reads() {
    var written = writes();
    return kernel.buffers().stream().filter(n -> !written.contains(n)).toList();
  }
}
