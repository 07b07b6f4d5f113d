package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Index;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// An A that micro-kernels read where it lies. Tiles lie within groups of `group` rows; within a
/// tile row `r` is `rowOffsets(r)` elements from the first; where that differs from tile to tile,
/// `rowOffsets` has all rows of a group. Along `k` there are `segments` of `run`
/// elements `kStride` apart, the segments `segmentStride` apart; of `packed` rows the groups of a
/// micro-kernel's steps lie as in [RowPacker].
record StridedA(
    long group,
    List<Long> rowOffsets,
    long segments,
    long segmentStride,
    long run,
    long kStride,
    boolean packed) {

  /// Tiles of a group that may have kernels of their own.
  private static final int MOST_KERNELS = 4;

  /// Elements of a row from which on packing pays.
  private static final long LONG = 256;

  /// How this kernel's A can be read in place, if it is a plain array of the accumulator's type.
  static Optional<StridedA> of(ContractKernel kernel, TileShape tile) {
    var load = ContractIndices.plainLoad(kernel.a());
    if (load.isEmpty() || kernel.a().dtype() != tile.dtype()) return Optional.empty();
    var k = Axis.of(kernel.k(), List.of(load.get().offset()));
    return k.runs().size() > 2
        ? Optional.empty()
        : of(kernel, load.get().offset(), k.runs(), tile, true);
  }

  /// The same for an A whose elements lie at `offset`, over one or two runs of `k`.
  ///
  /// @param joins whether short rows of windows may be joined to a group
  static Optional<StridedA> of(
      ContractKernel kernel, Index offset, List<Axis.Run> k, TileShape tile, boolean joins) {
    var m = Axis.of(kernel.m(), List.of(offset));
    var row = m.innermost();
    long rowStride = offset.coefficient(row.inner());
    long group = row.extent();
    var offsets = MicroKernel.rows(tile.rows(), rowStride);
    if (m.runs().size() > 1 && 2 * smallerTile(group, tile) <= tile.rows()) {
      var rows = joins ? within(m, offset, tile) : Optional.<List<Long>>empty();
      if (rows.isPresent()) {
        offsets = rows.get();
        group = offsets.size();
      } else if (smallerTile(group, tile) < Math.min(6, tile.rows())) {
        return Optional.empty();
      }
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
            offset.coefficient(step.inner()),
            false));
  }

  /// Distances of all rows of an image, or of all rows there are, from the first, if there are so
  /// few that each tile of them may have a kernel of its own.
  private static Optional<List<Long>> within(Axis m, Index offset, TileShape tile) {
    int size = m.runs().size();
    long rows = m.innermost().extent() * m.runs().get(size - 2).extent();
    if (rows > (long) MOST_KERNELS * tile.rows()) return Optional.empty();
    return Optional.of(IntStream.range(0, (int) rows).mapToObj(r -> at(m, offset, r)).toList());
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

  /// How packed rows lie (see [RowPacker]).
  static StridedA packed(ContractKernel kernel, TileShape tile) {
    return packed(ContractKernel.size(kernel.m()), ContractKernel.size(kernel.k()), tile);
  }

  /// How these rows lie once they are packed, tile by tile.
  StridedA packed(TileShape tile) {
    return packed(group, run, tile);
  }

  private static StridedA packed(long group, long k, TileShape tile) {
    var offsets = MicroKernel.rows(tile.rows(), MicroKernel.GROUP);
    return new StridedA(group, offsets, 1, 0, k, 1, true);
  }

  /// Whether micro-kernels can pack the rows while they read them, in tiles that are hardly smaller
  /// than if they were packed before.
  boolean isPackedByKernels(TileShape tile) {
    return rowOffsets.size() <= tile.rows()
        && smallerTile(group, tile) >= Math.min(group, tile.rows() - 2)
        && isInGroups();
  }

  /// Whether rows lie without gaps, so that micro-kernels can fetch those that follow.
  boolean isDense() {
    return !packed && rowOffsets.size() > 1 && rowOffsets.get(1) == run && isInGroups();
  }

  private boolean isInGroups() {
    return segments == 1 && kStride == 1 && run % MicroKernel.GROUP == 0;
  }

  /// Elements from one group of `k` to the next in a tile of this height.
  Ssa groupStride(TableFunction f, Ssa height) {
    return packed ? f.mul(height, MicroKernel.GROUP) : Ir.i64(MicroKernel.GROUP * kStride);
  }

  /// Whether copying pays where each row is used often: so many elements of each row that reading
  /// several rows at a time is slower than reading a packed tile, or rows that compete for a few
  /// places of the cache and of the address translation.
  boolean wantsPacking(long columns, int elementBytes) {
    long bytes = rowOffsets.size() > 1 ? rowOffsets.get(1) * elementBytes : 0;
    boolean isLong = segments * run >= LONG;
    return columns >= 128
        && kStride == 1
        && group > 1
        && (isLong || bytes % 4096 == 0 || bytes >= 8192);
  }
}
