package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Blocks of rows of A that share one copied piece of an image: `blockRows` rows of windows of one
/// image, each of which is one group of tiles.
///
/// @param rowsPerImage how many rows of windows an image has
/// @param step image rows from one row of windows to the next
/// @param span image rows that one row of windows touches
/// @param rowsPerGroup how many rows of windows are one group of tiles
record ImageBlocks(
    PaddedA padded,
    long images,
    long rowsPerImage,
    long blockRows,
    long step,
    long span,
    long rowsPerGroup) {

  /// Half of a typical second-level cache.
  private static final long MAX_BYTES = 1 << 20;

  static Optional<ImageBlocks> of(ContractKernel kernel, TileShape tile) {
    return PaddedA.of(kernel, tile).flatMap(p -> of(kernel, p, tile));
  }

  private static Optional<ImageBlocks> of(ContractKernel kernel, PaddedA padded, TileShape tile) {
    Index copied = padded.copiedOffset();
    var runs = Axis.of(kernel.m(), List.of(copied, padded.image(), padded.y().index())).runs();
    if (runs.size() < 2 && !padded.y().index().isConstant()) return Optional.empty();
    long step =
        runs.size() < 2 ? 0 : padded.y().index().coefficient(runs.get(runs.size() - 2).inner());
    int ownRuns = step > 0 ? 2 : 1;
    var outer = runs.subList(0, runs.size() - ownRuns);
    var choosing = new ArrayList<>(kernel.batch());
    for (var run : outer) {
      choosing.add(run.inner());
      choosing.addAll(run.outer());
    }
    boolean apart =
        step >= 0
            && choosing.containsAll(padded.imageVariables())
            && choosing.stream().noneMatch((Var v) -> copied.coefficient(v) != 0);
    if (!apart) return Optional.empty();
    long rows = step > 0 ? runs.get(runs.size() - 2).extent() : 1;
    long span = padded.rows() - (rows - 1) * step;
    long rowBytes = padded.copiedPitch() * tile.dtype().bytes();
    long most = step > 0 ? (MAX_BYTES / rowBytes - span) / step + 1 : 1;
    if (most < 1 || span * rowBytes > MAX_BYTES) return Optional.empty();
    long images = new Axis(outer).extent();
    return Optional.of(
        new ImageBlocks(padded, images, rows, Math.min(rows, most), step, span, 1).even());
  }

  /// With blocks of half as many rows.
  ImageBlocks halved() {
    return with((blockRows + 1) / 2, rowsPerGroup).even();
  }

  private ImageBlocks even() {
    long blocks = Math.ceilDiv(rowsPerImage, blockRows);
    return with(Math.ceilDiv(rowsPerImage, blocks), rowsPerGroup);
  }

  /// With this many rows of windows in a group: 1, or all of an image.
  ImageBlocks withRowsPerGroup(long rows) {
    return with(blockRows, rows);
  }

  private ImageBlocks with(long newBlockRows, long newRowsPerGroup) {
    return new ImageBlocks(padded, images, rowsPerImage, newBlockRows, step, span, newRowsPerGroup);
  }

  /// Tiles of a block.
  long tiles(RowTiles tiles) {
    return blockRows / rowsPerGroup * tiles.perGroup();
  }

  long blocksPerImage() {
    return Math.ceilDiv(rowsPerImage, blockRows);
  }

  long blocks() {
    return images * blocksPerImage();
  }

  /// Bytes of a copied piece.
  long bytes(TileShape tile) {
    return ((blockRows - 1) * step + span) * padded.copiedPitch() * tile.dtype().bytes();
  }
}
