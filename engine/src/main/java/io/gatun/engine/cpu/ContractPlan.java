package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import java.util.Optional;

/// How a contraction is cut: rows into tiles, tiles into blocks, columns into panels, panels into
/// blocks. A unit is one block of rows times one block of columns of one batch. `k` is never cut:
/// the accumulators stay in registers over all of it, and B streams through the caches a panel
/// ahead of its use.
///
/// @param a where A lies
/// @param b where B lies
/// @param tilesOuter whether a unit finishes the rows of one tile before the next one
record ContractPlan(
    TileShape tile,
    long batches,
    PlacedA a,
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

  /// Up to this many rows are packed once for all units, more by each unit for itself: these stay
  /// in its cache.
  private static final long SHARED_ROWS = 128;

  /// Fewer units than this leave threads idle.
  private static final long MIN_UNITS = 48;

  /// As many do where more cost traffic.
  private static final long FEW_UNITS = 16;

  static ContractPlan of(
      ContractKernel kernel, TileShape tile, Optional<PlacedB> constant, int workspace) {
    long m = ContractKernel.size(kernel.m());
    long n = ContractKernel.size(kernel.n());
    long k = ContractKernel.size(kernel.k());
    long batches = ContractKernel.size(kernel.batch());
    int bytes = tile.dtype().bytes();
    long panels = Math.ceilDiv(n, tile.columns());
    var images = PlacedA.InCopies.of(kernel, tile);
    var strided = images.isPresent() ? Optional.<StridedA>empty() : StridedA.of(kernel, tile);
    boolean packsPanels =
        constant.isEmpty()
            && images.isEmpty()
            && packsPanels(kernel, tile, strided.isPresent(), batches * panels);
    PlacedB shared =
        packsPanels ? new PlacedB.InScratch() : new PlacedB.InWorkspace(workspace, false);
    var b = constant.or(() -> inPlace(kernel, tile)).orElse(shared);
    int free = b instanceof PlacedB.InWorkspace ? workspace + 1 : workspace;
    PlacedA a =
        images
            .<PlacedA>map(i -> i)
            .or(() -> strided.map(s -> placed(s, kernel, tile, packsPanels, free)))
            .orElseGet(() -> PlacedA.InScratch.before(kernel, tile));
    var tiles = new RowTiles(m, a.strided().group(), tile.rows());
    boolean small = k * n * bytes <= 256 * 1024;
    long tilesPerBlock =
        switch (a) {
          case PlacedA.InCopies(ImageBlocks copies, _) -> copies.tiles(tiles);
          case PlacedA.InScratch(_, var array) when array.isPresent() && m <= SHARED_ROWS ->
              Math.min(tiles.count(), 18);
          case PlacedA.InScratch _ ->
              Math.min(tiles.count(), Math.clamp(CACHE / (tile.rows() * k * bytes), 1, 18));
          case PlacedA.InArray _, PlacedA.InWorkspace _ -> Math.min(tiles.count(), 18);
        };
    long panelsPerBlock = small && n <= 16L * tile.columns() ? panels : Math.min(panels, 4);
    if (b instanceof PlacedB.InScratch) {
      tilesPerBlock = tiles.count();
      panelsPerBlock = 1;
    }
    var plan =
        new ContractPlan(tile, batches, a, b, tiles, tilesPerBlock, panels, panelsPerBlock, small);
    boolean costly = k * n * bytes > CACHE || a instanceof PlacedA.InCopies;
    return b instanceof PlacedB.InScratch ? plan : plan.spread(2 * k, costly);
  }

  /// Where to read an A that is a plain array.
  private static PlacedA placed(
      StridedA strided, ContractKernel kernel, TileShape tile, boolean packsPanels, int workspace) {
    long m = ContractKernel.size(kernel.m());
    long n = ContractKernel.size(kernel.n());
    int bytes = tile.dtype().bytes();
    if (!strided.wantsPacking(n, bytes)) return new PlacedA.InArray(strided);
    boolean byKernels = strided.isPackedByKernels(tile);
    // Rows packed by a unit of a single panel would be used once only.
    if (byKernels && !packsPanels) {
      return new PlacedA.InScratch(strided.packed(tile), Optional.of(strided));
    }
    if (m <= SHARED_ROWS) {
      return new PlacedA.InWorkspace(workspace, StridedA.packed(kernel, tile));
    }
    return packsPanels ? new PlacedA.InArray(strided) : PlacedA.InScratch.before(kernel, tile);
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

  /// Smaller blocks until there are enough units: fewer of them where each block of rows reads a
  /// large B or copies a border anew.
  private ContractPlan spread(long flopsPerElement, boolean costly) {
    var plan = this;
    while (plan.units() < MIN_UNITS && plan.unitFlops(flopsPerElement) >= 2 * UNIT_FLOPS) {
      if (plan.panelsPerBlock > 2 || plan.panelsPerBlock > 1 && plan.isNarrow()) {
        plan = plan.with(plan.tilesPerBlock, (plan.panelsPerBlock + 1) / 2);
      } else if (plan.tilesPerBlock > plan.leastTiles() && (!costly || plan.units() < FEW_UNITS)) {
        plan = plan.halved();
      } else {
        return plan;
      }
    }
    // Blocks of equal size.
    long tilesPerBlockEven =
        plan.a instanceof PlacedA.InCopies
            ? plan.tilesPerBlock
            : Math.ceilDiv(plan.tiles.count(), plan.rowBlocks());
    return plan.with(tilesPerBlockEven, Math.ceilDiv(plan.panels, plan.columnBlocks()));
  }

  /// Whether single panels are worth a unit: for few rows, or for packed ones that stay in the
  /// cache from panel to panel.
  private boolean isNarrow() {
    return tilesPerBlock <= 4
        || a instanceof PlacedA.InScratch
            && blockRows() * a.strided().run() * tile.dtype().bytes() <= CACHE;
  }

  private long leastTiles() {
    return a instanceof PlacedA.InCopies ? tiles.perGroup() : 1;
  }

  private ContractPlan halved() {
    if (!(a instanceof PlacedA.InCopies(ImageBlocks images, StridedA strided))) {
      return with((tilesPerBlock + 1) / 2, panelsPerBlock);
    }
    var half = images.halved();
    return with(new PlacedA.InCopies(half, strided), half.tiles(tiles), panelsPerBlock);
  }

  private ContractPlan with(long newTilesPerBlock, long newPanelsPerBlock) {
    return with(a, newTilesPerBlock, newPanelsPerBlock);
  }

  private ContractPlan with(PlacedA newA, long newTilesPerBlock, long newPanelsPerBlock) {
    return new ContractPlan(
        tile, batches, newA, b, tiles, newTilesPerBlock, panels, newPanelsPerBlock, tilesOuter);
  }

  private long unitFlops(long flopsPerElement) {
    return tilesPerBlock * tile.rows() * panelsPerBlock * tile.columns() * flopsPerElement;
  }

  /// Whether micro-kernels fetch the rows that they will read next.
  boolean fetchesRows() {
    long rowsOfA = batches * tiles.rows();
    return a.array()
        .filter(s -> s.isDense() && rowsOfA * s.run() * tile.dtype().bytes() >= Epilogue.LARGE)
        .isPresent();
  }

  long rowBlocks() {
    return a instanceof PlacedA.InCopies(ImageBlocks images, _)
        ? images.blocks()
        : Math.ceilDiv(tiles.count(), tilesPerBlock);
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
