package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import java.util.List;
import java.util.Optional;

/// A product of two arrays that both have `k` outside of their rows, such as the gradient of a
/// weight, with rows of A so far apart that steps along `k` land in a few places of the cache. So
/// `k` is cut into blocks, of which a unit copies what it uses, tile by tile and panel by panel, so
/// that micro-kernels read from one end to the other.
///
/// A unit is a block of tiles by a block of panels, whose sums stay in scratch memory from one
/// block of `k` to the next.
///
/// @param a where the rows of A begin
/// @param b where the rows of B begin
record BlockedSum(
    TileShape tile,
    RowTiles tiles,
    long panels,
    long k,
    Rows a,
    Rows b,
    long tilesPerBlock,
    long panelsPerBlock) {

  /// Rows of an array along `k`: `inner` of them `stride` elements apart, the next ones
  /// `outerStride` elements after the first of them.
  record Rows(long inner, long stride, long outerStride) {
    private static Rows of(Axis k, Index offset) {
      var step = k.innermost();
      long outer = k.runs().size() == 1 ? 0 : offset.coefficient(k.runs().getFirst().inner());
      return new Rows(step.extent(), offset.coefficient(step.inner()), outer);
    }

    /// The element at which row `k` begins.
    Ssa start(TableFunction f, Ssa k) {
      if (outerStride == 0) return f.mul(k, stride);
      return f.add(f.mul(f.div(k, inner), outerStride), f.mul(f.rem(k, inner), stride));
    }

    /// Whether rows lie so far apart that few of them fit into the cache's places for them.
    private boolean areFarApart(int bytes) {
      return stride * bytes % CACHE_PLACES == 0 && outerStride * bytes % CACHE_PLACES == 0;
    }
  }

  /// Positions of `k` in a block: what a unit copies stays in the second-level cache.
  static final long BLOCK = 256;

  /// Fewer positions are no trouble to read in place.
  private static final long LEAST = 2 * BLOCK;

  /// Rows of A whose distance in bytes is a multiple of this share a few places of the cache.
  private static final long CACHE_PLACES = 256;

  /// Rows of a unit at most.
  private static final long HEIGHT = 256;

  /// Columns of a unit at most.
  private static final long WIDTH = 128;

  /// Fewer units than this leave threads idle; more of them copy the same rows more often.
  private static final long MIN_UNITS = 2L * Runtime.getRuntime().availableProcessors();

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
    if (m.runs().size() > 1 || n.runs().size() > 1 || alongK.runs().size() > 2) {
      return Optional.empty();
    }
    var a = Rows.of(alongK, loadA.offset());
    boolean slow =
        a.areFarApart(tile.dtype().bytes())
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
                a,
                Rows.of(alongK, loadB.offset()),
                even(tiles.count(), HEIGHT / tile.rows()),
                even(panels, WIDTH / tile.columns()))
            .spread());
  }

  /// Smaller blocks of tiles until there are enough units.
  private BlockedSum spread() {
    if (rowBlocks() * columnBlocks() >= MIN_UNITS || tilesPerBlock <= 3) return this;
    long half = even(tiles.count(), (tilesPerBlock + 1) / 2);
    return new BlockedSum(tile, tiles, panels, k, a, b, half, panelsPerBlock).spread();
  }

  /// The size of even blocks of at most `most`.
  static long even(long count, long most) {
    return Math.ceilDiv(count, Math.ceilDiv(count, most));
  }

  long rowBlocks() {
    return Math.ceilDiv(tiles.count(), tilesPerBlock);
  }

  long columnBlocks() {
    return Math.ceilDiv(panels, panelsPerBlock);
  }

  /// Elements from one copied row of a tile to the next: whole registers.
  long pitchA() {
    return (long) Math.ceilDiv(tiles.high(), tile.lanes()) * tile.lanes();
  }

  /// Elements from one copied tile to the next; a row more than a block has keeps tiles from lying
  /// in the same places of the cache.
  long tileElements() {
    return (BLOCK + 1) * pitchA();
  }

  /// Elements from one copied panel to the next.
  long panelElements() {
    return (BLOCK + 1) * tile.columns();
  }
}
