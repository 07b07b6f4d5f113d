package io.gatun.graph.kernel;

import io.gatun.graph.ir.Node;
import java.util.List;

/// What one launch computes. Expressions refer to memory by position in `buffers`; a buffer is the
/// row-major array of a node's value, read, written, or (an update in place) both.
public sealed interface Kernel
    permits LoopKernel,
        LoopsKernel,
        ContractKernel,
        ScatterKernel,
        SortKernel,
        ScanKernel,
        ReferenceKernel {
  /// Buffers read or written, each once.
  List<Node> buffers();

  /// Positions in [#buffers] that the kernel writes.
  List<Integer> written();

  /// The elements that its expressions store to; empty where a kernel has no expressions.
  default List<Index> storedAt() {
    return List.of();
  }
}
