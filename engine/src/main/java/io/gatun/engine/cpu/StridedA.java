package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import java.util.List;
import java.util.Optional;

/// An A that a micro-kernel reads where it lies: within groups of `group` rows the rows are
/// `rowStride` elements apart; along `k` there are `segments` of `run` elements `kStride` apart,
/// the segments `segmentStride` apart.
record StridedA(
    long group, long rowStride, long segments, long segmentStride, long run, long kStride) {

  /// How this kernel's A can be read in place, if it is a plain array of the accumulator's type.
  static Optional<StridedA> of(ContractKernel kernel, TileShape tile) {
    var load = ContractIndices.plainLoad(kernel.a());
    if (load.isEmpty() || kernel.a().dtype() != tile.dtype()) return Optional.empty();
    var offset = load.get().offset();
    var m = Axis.of(kernel.m(), List.of(offset));
    var k = Axis.of(kernel.k(), List.of(offset));
    if (k.runs().size() > 2) return Optional.empty();
    var row = m.innermost();
    if (m.runs().size() > 1 && rowsOfTile(row.extent(), tile) < Math.min(6, tile.rows())) {
      return Optional.empty();
    }
    var step = k.innermost();
    var segment = k.runs().getFirst();
    boolean segmented = k.runs().size() == 2;
    return Optional.of(
        new StridedA(
            row.extent(),
            offset.coefficient(row.inner()),
            segmented ? segment.extent() : 1,
            segmented ? offset.coefficient(segment.inner()) : 0,
            step.extent(),
            offset.coefficient(step.inner())));
  }

  /// Rows of the smaller tiles into which a group is cut evenly.
  static long rowsOfTile(long group, TileShape tile) {
    return group / Math.ceilDiv(group, tile.rows());
  }

  /// True when rows are so far apart, or so aligned, that a tile's rows compete for a few places of
  /// the cache and of the address translation: then copying pays if each row is used often.
  boolean wantsPacking(long columns, int elementBytes) {
    long bytes = rowStride * elementBytes;
    return columns >= 128 && kStride == 1 && group > 1 && (bytes % 4096 == 0 || bytes >= 8192);
  }
}
