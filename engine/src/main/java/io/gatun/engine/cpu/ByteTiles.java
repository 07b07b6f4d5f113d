package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import java.util.List;

/// The function that runs the units of a product of packed bytes. A unit is a block of rows times a
/// block of panels; within it each panel stays in the first-level cache while all rows pass by.
final class ByteTiles {
  /// Packed rows of a block stay in the second-level cache.
  private static final long BLOCK_BYTES = 256 * 1024;

  /// Fewer operations are not worth handing out.
  private static final long UNIT_OPERATIONS = 2 << 20;

  /// As many units keep threads busy to the end.
  private static final long ENOUGH_UNITS = 24;

  private final ByteProduct product;
  private final ContractKernel kernel;
  private final ByteLayout layout;
  private final ByteRows packedRows;
  private final BytePanels packedPanels;
  private final RowTiles tiles;
  private final long rows;
  private final long panels;
  private final long tilesPerBlock;
  private final long panelsPerBlock;

  ByteTiles(ByteProduct product, ByteRows packedRows, BytePanels packedPanels) {
    this.product = product;
    this.packedRows = packedRows;
    this.packedPanels = packedPanels;
    kernel = product.kernel();
    layout = product.layout();
    rows = ContractKernel.size(kernel.m());
    panels = packedPanels.panels();
    tiles = new RowTiles(rows, rows, layout.tile().rows());
    long tileBytes = tiles.high() * layout.rowStride();
    long most = Math.clamp(BLOCK_BYTES / tileBytes, 1, tiles.count());
    long blockRows = Math.ceilDiv(tiles.count(), most);
    tilesPerBlock = Math.ceilDiv(tiles.count(), blockRows);
    long operations =
        2 * tilesPerBlock * tiles.high() * layout.tile().columns() * Math.max(16, layout.k());
    long units = ContractKernel.size(kernel.batch()) * blockRows;
    long least = Math.clamp(UNIT_OPERATIONS / operations, 1, panels);
    long wanted = Math.ceilDiv(panels, Math.ceilDiv(ENOUGH_UNITS, units));
    panelsPerBlock = Math.max(least, wanted);
  }

  private long rowBlocks() {
    return Math.ceilDiv(tiles.count(), tilesPerBlock);
  }

  private long columnBlocks() {
    return Math.ceilDiv(panels, panelsPerBlock);
  }

  Lowered.Phase define(IrModule module, String name, List<Integer> slots) {
    new Epilogue(kernel, layout.tile()).define(module, name + ".epilogue", slots);
    var f =
        new TableFunction(module, name, "ptr %table, ptr %scratch, i64 %begin, i64 %end", slots);
    if (product.tiled()) ByteTileKernel.begin(f);
    f.scope.loop(
        TableFunction.parameter("begin"),
        TableFunction.parameter("end"),
        1,
        false,
        unit -> unit(f, name, unit));
    if (product.tiled()) ByteTileKernel.end(f);
    f.define("");
    long units = ContractKernel.size(kernel.batch()) * rowBlocks() * columnBlocks();
    return new Lowered.Phase(name, units, 1, layout.tile().bytes(), false);
  }

  private void unit(TableFunction f, String name, Ssa unit) {
    Ssa block = f.div(unit, columnBlocks());
    Ssa batch = f.div(block, rowBlocks());
    Ssa p0 = f.mul(f.rem(unit, columnBlocks()), panelsPerBlock);
    Ssa p1 = f.min(f.add(p0, panelsPerBlock), panels);
    Ssa t0 = f.mul(f.rem(block, rowBlocks()), tilesPerBlock);
    Ssa t1 = f.min(f.add(t0, tilesPerBlock), tiles.count());
    f.scope.loop(
        p0,
        p1,
        1,
        true,
        p -> {
          Ssa panel = packedPanels.address(f, f.add(f.mul(batch, panels), p));
          f.scope.loop(
              t0,
              t1,
              1,
              true,
              t -> tile(f, name, batch, t, p, panel, next(f, panel, f.ir.binary("sub", t, t0))));
        });
  }

  /// Lines of the next panel that each step fetches, so that a block of tiles fetches them all.
  private int ahead() {
    long lines = layout.panelBytes() / ByteLayout.LINE;
    return Math.toIntExact(Math.ceilDiv(lines, tilesPerBlock * product.steps()));
  }

  /// The share of the next panel that a tile of a block fetches.
  private Ssa next(TableFunction f, Ssa panel, Ssa tile) {
    Ssa share = f.mul(tile, ahead() * product.steps() * ByteLayout.LINE);
    return f.ir.address(panel, "i8", f.add(f.min(share, layout.panelBytes()), layout.panelBytes()));
  }

  private void tile(TableFunction f, String name, Ssa batch, Ssa t, Ssa p, Ssa panel, Ssa next) {
    Ssa row = tiles.first(f, t);
    Ssa function =
        tiles.byHeight(f, t, height -> product.microKernel(f.ir.module(), height, ahead()));
    f.call(
        function.text(),
        packedRows.address(f, f.add(f.mul(batch, rows), row)),
        panel,
        TableFunction.pointer("scratch"),
        next);
    f.call(
        "@" + name + ".epilogue",
        TableFunction.pointer("table"),
        TableFunction.pointer("scratch"),
        batch,
        row,
        tiles.height(f, t),
        p);
  }
}
