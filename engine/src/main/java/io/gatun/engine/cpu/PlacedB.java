package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import java.util.List;
import java.util.Optional;

/// Where micro-kernels find B: `rowStride` elements from one `k` to the next.
sealed interface PlacedB {

  /// In its own array, whose rows have at least a panel's columns next to each other.
  record InPlace(long rowStride) implements PlacedB {
    static Optional<InPlace> of(ContractKernel kernel, TileShape tile) {
      var load = ContractIndices.plainLoad(kernel.b());
      if (load.isEmpty() || kernel.b().dtype() != tile.dtype()) return Optional.empty();
      var offset = load.get().offset();
      var n = Axis.of(kernel.n(), List.of(offset));
      var k = Axis.of(kernel.k(), List.of(offset));
      long run = n.innermost().extent();
      boolean contiguous =
          (offset.coefficient(n.innermost().inner()) == 1 || n.extent() == 1)
              && (n.runs().size() == 1 || run % tile.columns() == 0);
      return contiguous && k.runs().size() == 1
          ? Optional.of(new InPlace(offset.coefficient(k.innermost().inner())))
          : Optional.empty();
    }
  }

  /// Packed once at load, or by a phase of its own, in a workspace.
  record InWorkspace(int slot, boolean once) implements PlacedB {}

  /// Packed panel by panel by the unit that uses it.
  record InScratch() implements PlacedB {}
}
