package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.ExprOp;
import java.util.List;
import java.util.Optional;

/// A product of two arrays that both have `k` as their slowest dimension, such as the gradient of a
/// weight, with rows of A a power of two apart: all steps along `k` land in the same few places of
/// the cache. So `k` is cut into blocks, of which the rows that a unit uses are copied next to each
/// other.
///
/// A unit is a block of tiles by a block of panels, whose sums stay in scratch memory from one
/// block of `k` to the next.
///
/// @param strideA elements of A from one `k` to the next
/// @param strideB elements of B from one `k` to the next
record BlockedSum(
    TileShape tile,
    RowTiles tiles,
    long panels,
    long k,
    long strideA,
    long strideB,
    long tilesPerBlock,
    long panelsPerBlock) {

  /// Positions of `k` in a block: what a unit copies stays in the second-level cache.
  static final long BLOCK = 256;

  /// Fewer positions are no trouble to read in place.
  private static final long LEAST = 2 * BLOCK;

  /// Rows of A whose distance in bytes is a multiple of this share a few places of the cache.
  private static final long CACHE_WAY = 2048;

  /// Rows and columns of a unit at most.
  private static final long SIDE = 128;

  /// Fewer units than this leave threads idle.
  private static final long MIN_UNITS = 8;

  static Optional<BlockedSum> of(ContractKernel kernel, TileShape tile) {
    var loadA = ContractIndices.plainLoad(kernel.a());
    var loadB = ContractIndices.plainLoad(kernel.b());
    long k = ContractKernel.size(kernel.k());
    if (loadA.isEmpty()
        || loadB.isEmpty()
        || !kernel.batch().isEmpty()
        || kernel.a().dtype() != tile.dtype()
        || kernel.b().dtype() != tile.dtype()
        || k < LEAST) {
      return Optional.empty();
    }
    return of(kernel, loadA.get(), loadB.get(), tile, k);
  }

  private static Optional<BlockedSum> of(
      ContractKernel kernel, ExprOp.Load loadA, ExprOp.Load loadB, TileShape tile, long k) {
    var m = Axis.of(kernel.m(), List.of(loadA.offset()));
    var n = Axis.of(kernel.n(), List.of(loadB.offset()));
    var alongK = Axis.of(kernel.k(), List.of(loadA.offset(), loadB.offset()));
    if (m.runs().size() > 1 || n.runs().size() > 1 || alongK.runs().size() > 1) {
      return Optional.empty();
    }
    var step = alongK.innermost().inner();
    boolean slow =
        loadA.offset().coefficient(step) * tile.dtype().bytes() % CACHE_WAY == 0
            && loadA.offset().coefficient(m.innermost().inner()) == 1
            && loadB.offset().coefficient(n.innermost().inner()) == 1
            && m.extent() >= tile.rows()
            && n.extent() >= tile.columns();
    if (!slow) return Optional.empty();
    var tiles = new RowTiles(m.extent(), m.extent(), tile.rows());
    long panels = Math.ceilDiv(n.extent(), tile.columns());
    return Optional.of(
        new BlockedSum(
                tile,
                tiles,
                panels,
                k,
                loadA.offset().coefficient(step),
                loadB.offset().coefficient(step),
                even(tiles.count(), SIDE / tile.rows()),
                even(panels, SIDE / tile.columns()))
            .spread());
  }

  /// Smaller blocks of tiles until there are enough units.
  private BlockedSum spread() {
    if (rowBlocks() * columnBlocks() >= MIN_UNITS || tilesPerBlock <= 3) return this;
    long half = even(tiles.count(), (tilesPerBlock + 1) / 2);
    return new BlockedSum(tile, tiles, panels, k, strideA, strideB, half, panelsPerBlock).spread();
  }

  /// The size of even blocks of at most `most`.
  private static long even(long count, long most) {
    return Math.ceilDiv(count, Math.ceilDiv(count, most));
  }

  long rowBlocks() {
    return Math.ceilDiv(tiles.count(), tilesPerBlock);
  }

  long columnBlocks() {
    return Math.ceilDiv(panels, panelsPerBlock);
  }

  /// Elements from one copied row of A to the next: no power of two, so that the rows of a tile do
  /// not lie in the same places of the cache.
  long pitchA() {
    return pitch(tilesPerBlock * tiles.high());
  }

  /// Elements from one copied row of B to the next.
  long pitchB() {
    return pitch(panelsPerBlock * tile.columns());
  }

  private long pitch(long elements) {
    return (Math.ceilDiv(elements, tile.lanes()) | 1) * tile.lanes();
  }
}
