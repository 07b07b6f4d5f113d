package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Index;
import java.util.List;
import java.util.Optional;

/// How a contraction is cut: rows into tiles, tiles into blocks, columns into panels, panels into
/// blocks. A unit is one block of rows times one block of columns of one batch. `k` is never cut:
/// the accumulators stay in registers over all of it, and B streams through the caches a panel
/// ahead of its use.
///
/// @param a how A is read in place; empty where rows are packed
/// @param images the copied pieces of images in which A is read; empty where it is read in its
/// array
/// @param b where B lies
/// @param tilesOuter whether a unit finishes the rows of one tile before the next one
record ContractPlan(
    TileShape tile,
    long batches,
    Optional<StridedA> a,
    Optional<ImageBlocks> images,
    PlacedB b,
    RowTiles tiles,
    long tilesPerBlock,
    long panels,
    long panelsPerBlock,
    boolean tilesOuter) {

  /// Half of a typical second-level cache.
  private static final long CACHE = 640 * 1024;

  /// Below this many operations a unit is not worth handing out.
  private static final long UNIT_FLOPS = 5 << 18;

  /// Fewer units than this leave threads idle.
  private static final long MIN_UNITS = 48;

  static ContractPlan of(
      ContractKernel kernel, TileShape tile, Optional<PlacedB> constant, int workspace) {
    long m = ContractKernel.size(kernel.m());
    long n = ContractKernel.size(kernel.n());
    long k = ContractKernel.size(kernel.k());
    long batches = ContractKernel.size(kernel.batch());
    int bytes = tile.dtype().bytes();
    long panels = Math.ceilDiv(n, tile.columns());
    var images =
        ImageBlocks.of(kernel, tile).filter(i -> inCopy(kernel, tile, i.padded()).isPresent());
    var strided =
        images.isPresent()
            ? inCopy(kernel, tile, images.get().padded())
            : StridedA.of(kernel, tile);
    boolean packsPanels =
        constant.isEmpty()
            && images.isEmpty()
            && packsPanels(kernel, tile, strided.isPresent(), batches * panels);
    // Rows packed by a unit of a single panel would be used once only.
    var a =
        images.isPresent() || packsPanels
            ? strided
            : strided.filter(s -> !s.wantsPacking(m, n, bytes));
    long group = a.map(StridedA::group).orElse(m);
    var tiles = new RowTiles(m, group, tile.rows());
    PlacedB shared =
        packsPanels ? new PlacedB.InScratch() : new PlacedB.InWorkspace(workspace, false);
    var b = constant.or(() -> inPlace(kernel, tile)).orElse(shared);
    boolean small = k * n * bytes <= 256 * 1024;
    long tilesPerBlock = a.isPresent() ? 18 : Math.clamp(CACHE / (tile.rows() * k * bytes), 1, 18);
    long panelsPerBlock = small && n <= 16L * tile.columns() ? panels : Math.min(panels, 4);
    tilesPerBlock =
        images.isPresent()
            ? images.get().blockRows() * tiles.perGroup()
            : Math.min(tiles.count(), tilesPerBlock);
    if (b instanceof PlacedB.InScratch) {
      tilesPerBlock = tiles.count();
      panelsPerBlock = 1;
    }
    var plan =
        new ContractPlan(
            tile, batches, a, images, b, tiles, tilesPerBlock, panels, panelsPerBlock, small);
    return b instanceof PlacedB.InScratch ? plan : plan.spread(2 * k);
  }

  private static Optional<StridedA> inCopy(ContractKernel kernel, TileShape tile, PaddedA padded) {
    Index offset = padded.copiedOffset();
    var k = Axis.of(kernel.k(), List.of(offset)).runs();
    var m = Axis.of(kernel.m(), List.of(offset)).innermost();
    return k.size() > 2
        ? Optional.empty()
        : StridedA.of(kernel, offset, k, tile).filter(a -> a.group() == m.extent());
  }

  /// B in its own array, where a row of it is not so long that its panels are spread over many
  /// pages without being used often.
  private static Optional<PlacedB> inPlace(ContractKernel kernel, TileShape tile) {
    boolean pays =
        ContractKernel.size(kernel.m()) <= 64
            || ContractKernel.size(kernel.k()) <= 64
            || ContractKernel.size(kernel.n()) <= 4L * tile.columns();
    return PlacedB.InPlace.of(kernel, tile).filter(_ -> pays).map(b -> b);
  }

  /// Whether each unit packs the one panel that it uses for all rows, rather than a phase before
  /// all panels: that keeps the packed panel in the cache, but all rows pass by for each panel.
  private static boolean packsPanels(
      ContractKernel kernel, TileShape tile, boolean aInPlace, long panels) {
    long m = ContractKernel.size(kernel.m());
    long bytesOfA = m * ContractKernel.size(kernel.k()) * tile.dtype().bytes();
    boolean rowsStayInCache = aInPlace ? m <= 256 : bytesOfA <= CACHE;
    return panels >= 8 && rowsStayInCache && inPlace(kernel, tile).isEmpty();
  }

  /// Smaller blocks until there are enough units.
  private ContractPlan spread(long flopsPerElement) {
    var plan = this;
    while (plan.units() < MIN_UNITS && plan.unitFlops(flopsPerElement) >= 2 * UNIT_FLOPS) {
      if (plan.panelsPerBlock > 2 || plan.tilesPerBlock <= 4 && plan.panelsPerBlock > 1) {
        plan = plan.with(plan.tilesPerBlock, (plan.panelsPerBlock + 1) / 2);
      } else if (plan.tilesPerBlock > plan.leastTiles()) {
        plan = plan.halved();
      } else {
        return plan;
      }
    }
    // Blocks of equal size.
    long tilesPerBlockEven =
        plan.images.isPresent()
            ? plan.tilesPerBlock
            : Math.ceilDiv(plan.tiles.count(), plan.rowBlocks());
    return plan.with(tilesPerBlockEven, Math.ceilDiv(plan.panels, plan.columnBlocks()));
  }

  private long leastTiles() {
    return images.isPresent() ? tiles.perGroup() : 1;
  }

  private ContractPlan halved() {
    if (images.isEmpty()) return with((tilesPerBlock + 1) / 2, panelsPerBlock);
    var half = images.get().halved();
    return new ContractPlan(
        tile,
        batches,
        a,
        Optional.of(half),
        b,
        tiles,
        half.blockRows() * tiles.perGroup(),
        panels,
        panelsPerBlock,
        tilesOuter);
  }

  private ContractPlan with(long newTilesPerBlock, long newPanelsPerBlock) {
    return new ContractPlan(
        tile,
        batches,
        a,
        images,
        b,
        tiles,
        newTilesPerBlock,
        panels,
        newPanelsPerBlock,
        tilesOuter);
  }

  private long unitFlops(long flopsPerElement) {
    return tilesPerBlock * tile.rows() * panelsPerBlock * tile.columns() * flopsPerElement;
  }

  long rowBlocks() {
    return images.map(ImageBlocks::blocks).orElse(Math.ceilDiv(tiles.count(), tilesPerBlock));
  }

  long columnBlocks() {
    return Math.ceilDiv(panels, panelsPerBlock);
  }

  long units() {
    return batches * rowBlocks() * columnBlocks();
  }

  /// The most rows that one block has.
  long blockRows() {
    return Math.min(tiles.rows(), tilesPerBlock * tiles.high());
  }
}
