package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.tensor.DType;
import java.util.Optional;

/// How a convolution by Winograd's algorithm is cut: results into tiles of 4 x 4, tiles that lie
/// side by side into strips, strips into blocks, output channels into panels and blocks of panels.
/// A unit is a block of strips times a block of panels.
///
/// The algorithm is that of Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks"
/// (2015): each tile and each filter are transformed to 36 positions, at each of which one matrix
/// product over the channels remains, a quarter of the multiplications of the direct sum. What is
/// given up: the transformed filters are four times as large; sums are rounded differently (with
/// 256 channels of normally distributed numbers the largest error is 3.4e-6 of the largest result,
/// against 1.9e-6 for the direct sum); and an infinity or NaN in the input spreads over its tile.
///
/// @param stripTiles tiles of a strip; those of the last strip in a row may lie outside
/// @param stripsPerRow strips that a row of tiles has
/// @param stripsPerBlock strips of a block, the last of which may have fewer
record WinogradPlan(
    TileShape tile,
    WinogradImage image,
    long stripTiles,
    long stripsPerRow,
    long stripsPerBlock,
    long panels,
    long panelsPerBlock) {

  /// Products of a tile and a filter.
  static final int POSITIONS = WinogradTransforms.POINTS * WinogradTransforms.POINTS;

  private static final int SIDE = WinogradTransforms.RESULTS;
  private static final int TAPS = WinogradTransforms.TAPS;

  /// With fewer input or output channels the transforms cost more than they save.
  private static final long LEAST_CHANNELS = 16;

  /// With more the transformed input of a block is far larger than a second-level cache.
  private static final long MOST_CHANNELS = 1024;

  /// So many tiles must share the transformed filters, which take four times as much memory, and
  /// time to read them, as those of the direct sum.
  private static final long LEAST_TILES = 48;

  /// Tiles of a block: each panel is read once for all of them, and their transformed input and
  /// products stay in the second-level cache.
  private static final long BLOCK_TILES = 32;

  /// Blocks of fewer tiles read the filters too often.
  private static final long LEAST_BLOCK_TILES = 14;

  /// Panels of a block: the transformed input is read once for all of them.
  private static final long BLOCK_PANELS = 8;

  /// Fewer units leave threads idle.
  private static final long FEW_UNITS = 16;

  /// The plan of a convolution with filters known beforehand, where this algorithm is faster.
  static Optional<WinogradPlan> of(ContractKernel kernel, TileShape tile) {
    if (tile.dtype() != DType.F32 || kernel.b().dtype() != DType.F32) return Optional.empty();
    long n = ContractKernel.size(kernel.n());
    return WinogradImage.of(kernel, tile)
        .filter(image -> pays(image, n))
        .map(image -> of(tile, image, Math.ceilDiv(n, tile.columns())));
  }

  /// Whether at least half of the multiplications are saved, tiles at the edge included, and enough
  /// of them to be worth the transforms.
  private static boolean pays(WinogradImage image, long n) {
    long tiles = image.images() * tilesAlong(image.height()) * tilesAlong(image.width());
    long results = image.images() * image.height() * image.width();
    return n >= LEAST_CHANNELS
        && image.channels() >= LEAST_CHANNELS
        && image.channels() <= MOST_CHANNELS
        && tiles >= LEAST_TILES
        && 2 * POSITIONS * tiles <= TAPS * TAPS * results;
  }

  private static long tilesAlong(long results) {
    return Math.ceilDiv(results, SIDE);
  }

  private static WinogradPlan of(TileShape tile, WinogradImage image, long panels) {
    long across = tilesAlong(image.width());
    long stripTiles = Math.ceilDiv(across, Math.ceilDiv(across, BLOCK_TILES));
    long perRow = Math.ceilDiv(across, stripTiles);
    long perBlock = BLOCK_TILES / stripTiles;
    long panelsPerBlock = Math.min(panels, BLOCK_PANELS);
    var plan = new WinogradPlan(tile, image, stripTiles, perRow, perBlock, panels, panelsPerBlock);
    return plan.spread();
  }

  /// Smaller blocks until there are enough units, all of them of about the same size.
  private WinogradPlan spread() {
    var plan = even();
    long half = (plan.stripsPerBlock + 1) / 2;
    if (plan.units() < FEW_UNITS && half * stripTiles >= LEAST_BLOCK_TILES) {
      plan = plan.with(half, panelsPerBlock).even();
    }
    while (plan.units() < FEW_UNITS && plan.panelsPerBlock > 2) {
      plan = plan.with(plan.stripsPerBlock, (plan.panelsPerBlock + 1) / 2);
    }
    return plan.even();
  }

  private WinogradPlan even() {
    return with(
        Math.ceilDiv(strips(), Math.ceilDiv(strips(), stripsPerBlock)),
        Math.ceilDiv(panels, columnBlocks()));
  }

  private WinogradPlan with(long newStripsPerBlock, long newPanelsPerBlock) {
    return new WinogradPlan(
        tile, image, stripTiles, stripsPerRow, newStripsPerBlock, panels, newPanelsPerBlock);
  }

  /// Rows of tiles that an image has.
  long tileRows() {
    return tilesAlong(image.height());
  }

  /// Strips of all images.
  long strips() {
    return image.images() * tileRows() * stripsPerRow;
  }

  long columnBlocks() {
    return Math.ceilDiv(panels, panelsPerBlock);
  }

  long units() {
    return Math.ceilDiv(strips(), stripsPerBlock) * columnBlocks();
  }

  /// Tiles of a block, which are the rows of its products.
  RowTiles rows() {
    long rows = stripsPerBlock * stripTiles;
    return new RowTiles(rows, rows, tile.rows());
  }

  /// Elements from one row of transformed input to the next: all channels, and one vector more, so
  /// that rows do not lie at multiples of a power of two.
  long inputPitch() {
    return (Math.ceilDiv(image.channels(), tile.lanes()) + 1L) * tile.lanes();
  }

  /// Elements of a position's transformed input.
  long inputElements() {
    return rows().rows() * inputPitch();
  }

  /// Elements of a position's products with one panel, one vector more for the same reason.
  long productElements() {
    return rows().rows() * tile.columns() + tile.lanes();
  }

  /// Elements of a strip's results for one panel.
  long resultElements() {
    return SIDE * SIDE * stripTiles * tile.columns();
  }

  /// Elements of a position's transformed filters for one panel.
  long panelElements() {
    return (long) image.channels() * tile.columns();
  }

  /// Elements of the transformed filters of a position: all its panels, one after the other.
  long filterElements() {
    return panels * panelElements();
  }
}
