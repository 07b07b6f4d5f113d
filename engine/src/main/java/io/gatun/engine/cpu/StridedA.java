package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Index;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// An A that micro-kernels read where it lies. Tiles lie within groups of `group` rows; within a
/// tile row `r` is `rowOffsets(r)` elements from the first. Along `k` there are `segments` of `run`
/// elements `kStride` apart, the segments `segmentStride` apart.
record StridedA(
    long group, List<Long> rowOffsets, long segments, long segmentStride, long run, long kStride) {

  /// How this kernel's A can be read in place, if it is a plain array of the accumulator's type.
  static Optional<StridedA> of(ContractKernel kernel, TileShape tile) {
    var load = ContractIndices.plainLoad(kernel.a());
    if (load.isEmpty() || kernel.a().dtype() != tile.dtype()) return Optional.empty();
    var k = Axis.of(kernel.k(), List.of(load.get().offset()));
    return k.runs().size() > 2 ? Optional.empty() : of(kernel, load.get().offset(), k.runs(), tile);
  }

  /// The same for an A whose elements lie at `offset`, over one or two runs of `k`.
  static Optional<StridedA> of(
      ContractKernel kernel, Index offset, List<Axis.Run> k, TileShape tile) {
    var m = Axis.of(kernel.m(), List.of(offset));
    var row = m.innermost();
    long rowStride = offset.coefficient(row.inner());
    long group = row.extent();
    var offsets = MicroKernel.rows(tile.rows(), rowStride);
    if (m.runs().size() > 1 && smallerTile(group, tile) < Math.min(6, tile.rows())) {
      if (m.extent() > tile.rows()) return Optional.empty();
      group = m.extent();
      offsets = IntStream.range(0, (int) group).mapToObj(r -> at(m, offset, r)).toList();
    }
    var step = k.getLast();
    var segment = k.getFirst();
    boolean segmented = k.size() == 2;
    return Optional.of(
        new StridedA(
            group,
            offsets,
            segmented ? segment.extent() : 1,
            segmented ? offset.coefficient(segment.inner()) : 0,
            step.extent(),
            offset.coefficient(step.inner())));
  }

  /// Distance of row `position` from row 0.
  private static long at(Axis m, Index offset, long position) {
    long sum = 0;
    for (var run : m.runs().reversed()) {
      sum += offset.coefficient(run.inner()) * (position % run.extent());
      position /= run.extent();
    }
    return sum;
  }

  /// Rows of the smaller tiles into which a group is cut evenly.
  private static long smallerTile(long group, TileShape tile) {
    return group / Math.ceilDiv(group, tile.rows());
  }

  /// True when rows are so far apart, or so aligned, that a tile's rows compete for a few places of
  /// the cache and of the address translation: then copying pays if each row is used often, and if
  /// there are so many that threads have rows of their own to copy.
  boolean wantsPacking(long rows, long columns, int elementBytes) {
    long bytes = rowOffsets.size() > 1 ? rowOffsets.get(1) * elementBytes : 0;
    return rows > 128
        && columns >= 128
        && kStride == 1
        && group > 1
        && (bytes % 4096 == 0 || bytes >= 8192);
  }
}
