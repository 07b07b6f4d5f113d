package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import java.util.Optional;

/// How a contraction is cut: rows into tiles, tiles into blocks, columns into panels, panels into
/// blocks. A unit is one block of rows times one block of columns of one batch. A long `k` is cut,
/// too: a unit goes over all its tiles and panels with one part of `k`, so that what it reads of A
/// and B stays in the caches, before it turns to the next, to which it hands on the sums in
/// scratch memory. Over a part accumulators stay in registers, and B streams through the caches a
/// panel ahead of its use.
///
/// @param a where A lies
/// @param b where B lies
/// @param tilesOuter whether a unit finishes the rows of one tile before the next one
/// @param k over how many products each result sums
/// @param steps the largest part of them, a multiple of [MicroKernel#GROUP] where it is not all
record ContractPlan(
    TileShape tile,
    long batches,
    PlacedA a,
    PlacedB b,
    RowTiles tiles,
    long tilesPerBlock,
    long panels,
    long panelsPerBlock,
    boolean tilesOuter,
    long k,
    long steps) {

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

  /// A part of `k` at most: a panel of it fits into a first-level cache beside a tile of A, all
  /// tiles of it into a second-level cache.
  private static final long PART = 256;

  /// Tiles of a block at most.
  private static final long MOST_TILES = 18;

  /// `k` is cut for at least so many rows: with fewer a panel is not used often enough.
  private static final long LEAST_ROWS = 64;

  /// Panels of a unit where `k` is cut: so often rows are read once they are in the cache.
  private static final long PANELS = 4;

  private static final long THREADS = Runtime.getRuntime().availableProcessors();

  /// Units of products whose `k` is cut: enough for threads of different speed.
  private static final long CUT_UNITS = 4 * THREADS;

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
    boolean small = k * n * bytes <= 256 * 1024;
    boolean cuts =
        !small
            && !packsPanels
            && images.isEmpty()
            && m >= LEAST_ROWS
            && k > PART
            && strided.map(s -> s.wantsPacking(n, bytes)).orElse(true);
    PlacedA a =
        images
            .<PlacedA>map(i -> i)
            .or(() -> strided.map(s -> placed(s, kernel, tile, packsPanels, cuts, free)))
            .orElseGet(() -> PlacedA.InScratch.before(kernel, tile));
    var tiles = new RowTiles(m, a.strided().group(), tile.rows());
    long steps = cuts ? part(k) : k;
    long tilesPerBlock = tilesPerBlock(a, tiles, steps * bytes);
    long panelsPerBlock = small && n <= 16L * tile.columns() ? panels : Math.min(panels, 4);
    if (b instanceof PlacedB.InScratch) {
      tilesPerBlock = tiles.count();
      panelsPerBlock = 1;
    }
    var plan =
        new ContractPlan(
            tile, batches, a, b, tiles, tilesPerBlock, panels, panelsPerBlock, small, k, steps);
    if (cuts) return plan.spreadParts();
    boolean costly = k * n * bytes > CACHE || a instanceof PlacedA.InCopies;
    return b instanceof PlacedB.InScratch ? plan : plan.spread(2 * k, costly);
  }

  /// @param rowBytes the size of what a unit reads of a row at a time
  private static long tilesPerBlock(PlacedA a, RowTiles tiles, long rowBytes) {
    long inCache = Math.clamp(CACHE / (tiles.most() * rowBytes), 1, MOST_TILES);
    return switch (a) {
      case PlacedA.InCopies(ImageBlocks copies, _) -> copies.tiles(tiles);
      case PlacedA.InScratch(_, var array) when array.isEmpty() || tiles.rows() > SHARED_ROWS ->
          Math.min(tiles.count(), inCache);
      case PlacedA.InScratch _, PlacedA.InArray _, PlacedA.InWorkspace _ ->
          Math.min(tiles.count(), MOST_TILES);
    };
  }

  /// Where to read an A that is a plain array.
  private static PlacedA placed(
      StridedA strided,
      ContractKernel kernel,
      TileShape tile,
      boolean packsPanels,
      boolean cuts,
      int workspace) {
    long m = ContractKernel.size(kernel.m());
    long n = ContractKernel.size(kernel.n());
    int bytes = tile.dtype().bytes();
    boolean stays = cuts && strided.segments() == 1;
    if (stays || !strided.wantsPacking(n, bytes)) return new PlacedA.InArray(strided);
    boolean byKernels = strided.isPackedByKernels(tile);
    // Rows packed by a unit of a single panel would be used once only.
    if (byKernels && !packsPanels && !cuts) {
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

  /// The size of even parts of `k`.
  private static long part(long k) {
    return Math.ceilDiv(BlockedSum.even(k, PART), MicroKernel.GROUP) * MicroKernel.GROUP;
  }

  /// Blocks of as many panels as leave no thread idle in the end, then smaller ones of tiles until
  /// there are enough units for all threads.
  private ContractPlan spreadParts() {
    long others = batches * rowBlocks();
    long most = Math.clamp(panels * others / CUT_UNITS, 1, PANELS);
    long best = most;
    for (long count = most; count > 0; count--) {
      if (turns(count) * count < turns(best) * best) best = count;
    }
    var plan = with(tilesPerBlock, best);
    while (plan.units() < CUT_UNITS && plan.tilesPerBlock >= 4) plan = plan.halved();
    return plan.with(Math.ceilDiv(tiles.count(), plan.rowBlocks()), plan.panelsPerBlock);
  }

  /// Units that the busiest thread takes if so many panels are a unit.
  private long turns(long panelsOfUnit) {
    return Math.ceilDiv(batches * rowBlocks() * Math.ceilDiv(panels, panelsOfUnit), THREADS);
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
        tile,
        batches,
        newA,
        b,
        tiles,
        newTilesPerBlock,
        panels,
        newPanelsPerBlock,
        tilesOuter,
        k,
        steps);
  }

  private long unitFlops(long flopsPerElement) {
    return tilesPerBlock * tile.rows() * panelsPerBlock * tile.columns() * flopsPerElement;
  }

  /// Whether micro-kernels fetch the rows that they will read next.
  boolean fetchesRows() {
    long rowsOfA = batches * tiles.rows();
    return !cutsK()
        && a.array()
            .filter(s -> s.isDense() && rowsOfA * s.run() * tile.dtype().bytes() >= Epilogue.LARGE)
            .isPresent();
  }

  boolean cutsK() {
    return steps < k;
  }

  /// How many tiles have sums in scratch memory at a time.
  long tilesInScratch() {
    return cutsK() ? tilesPerBlock * panelsPerBlock : 1;
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
