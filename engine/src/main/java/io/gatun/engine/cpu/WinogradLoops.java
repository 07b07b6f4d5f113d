package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import java.util.List;

/// The functions of a [WinogradPlan]. A unit transforms its block of tiles, multiplies it position
/// by position with its panels, and makes results of the products, which the epilogue stores.
///
/// A thread's scratch memory holds the number of the block whose transformed input is there, zeros
/// in place of pixels outside of the image, the transformed input, the products and the results of
/// a strip.
final class WinogradLoops {
  private static final int SIDE = WinogradTransforms.RESULTS;
  private static final int POSITIONS = WinogradPlan.POSITIONS;

  /// Bytes at the head of the scratch memory.
  private static final long HEADER = 64;

  private final IrModule module;
  private final String name;
  private final ContractKernel kernel;
  private final List<Integer> slots;
  private final WinogradPlan plan;
  private final int workspace;
  private final TileShape tile;
  private final RowTiles rows;
  private final TableFunction f;
  private final long zerosAt = HEADER;
  private final long inputAt;
  private final long productsAt;
  private final long resultsAt;

  /// @param workspace entry of the table that the transformed filters take
  WinogradLoops(
      IrModule module,
      String name,
      ContractKernel kernel,
      List<Integer> slots,
      WinogradPlan plan,
      int workspace) {
    this.module = module;
    this.name = name;
    this.kernel = kernel;
    this.slots = slots;
    this.plan = plan;
    this.workspace = workspace;
    tile = plan.tile();
    rows = plan.rows();
    f = new TableFunction(module, name, "ptr %table, ptr %scratch, i64 %begin, i64 %end", slots);
    inputAt = zerosAt + bytes(plan.inputPitch());
    productsAt = inputAt + bytes(POSITIONS * plan.inputElements());
    resultsAt = productsAt + bytes(plan.panelsPerBlock() * POSITIONS * plan.productElements());
  }

  /// Bytes of so many elements in whole lines.
  private long bytes(long elements) {
    return TileShape.inLines(elements * tile.dtype().bytes());
  }

  Lowered define() {
    var filter = new WinogradFilter(kernel, plan);
    var pack = filter.define(module, name + ".pack", slots, workspace);
    var tiles = new WinogradTiles(module, plan);
    tiles.defineInput(name + ".input", slots);
    tiles.defineOutput(name + ".output", slots);
    return new Lowered(List.of(pack, units()), List.of(filter.workspace(workspace)));
  }

  private Ssa scratch(long at) {
    return f.ir.address(TableFunction.pointer("scratch"), "i8", Ir.i64(at));
  }

  private Lowered.Phase units() {
    module.declare("declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)");
    f.scope.loop(
        TableFunction.parameter("begin"), TableFunction.parameter("end"), 1, false, this::unit);
    f.define("");
    return new Lowered.Phase(
        name, plan.units(), 1, resultsAt + bytes(plan.resultElements()) + 64, false);
  }

  private void unit(Ssa unit) {
    Ssa block = f.div(unit, plan.columnBlocks());
    Ssa s0 = f.mul(block, plan.stripsPerBlock());
    Ssa s1 = f.min(f.add(s0, plan.stripsPerBlock()), plan.strips());
    Ssa p0 = f.mul(f.rem(unit, plan.columnBlocks()), plan.panelsPerBlock());
    Ssa p1 = f.min(f.add(p0, plan.panelsPerBlock()), plan.panels());
    f.scope.when(
        f.isNewInScratch(block),
        () -> {
          Ssa zeros = scratch(zerosAt);
          Ssa bytes = Ir.i64(inputAt - zerosAt);
          Ssa table = TableFunction.pointer("table");
          f.call(
              "@llvm.memset.p0.i64", zeros, Ir.integer("i8", 1, 0), bytes, Ir.integer("i1", 1, 0));
          f.call("@" + name + ".input", table, scratch(inputAt), zeros, s0, s1);
        });
    Ssa tiles = f.mul(f.ir.binary("sub", s1, s0), plan.stripTiles());
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(POSITIONS),
        1,
        true,
        position -> f.scope.loop(p0, p1, 1, true, p -> multiply(position, p, p0, p1, tiles)));
    f.scope.loop(
        p0,
        p1,
        1,
        true,
        p -> f.scope.loop(s0, s1, 1, true, s -> results(p, s, products(p, p0), s0)));
  }

  /// Address of the products with a panel of the unit.
  private Ssa products(Ssa p, Ssa p0) {
    Ssa number = f.mul(f.ir.binary("sub", p, p0), POSITIONS);
    return f.ir.address(scratch(productsAt), tile.element(), f.mul(number, plan.productElements()));
  }

  /// Multiplies one position of the first `tiles` tiles of the block with a panel.
  private void multiply(Ssa position, Ssa p, Ssa p0, Ssa p1, Ssa tiles) {
    Ssa number = f.add(f.mul(position, plan.panels()), p);
    Ssa b = f.ir.address(f.entry(workspace), tile.element(), f.mul(number, plan.panelElements()));
    Ssa isLast = f.ir.binary("icmp eq", f.add(p, 1), p1);
    Ssa back = f.add(f.ir.binary("sub", p0, p), plan.panels());
    Ssa ahead = f.mul(f.ir.select(isLast, back, Ir.i64(1)), plan.panelElements());
    Ssa a = f.ir.address(scratch(inputAt), tile.element(), f.mul(position, plan.inputElements()));
    Ssa to = f.ir.address(products(p, p0), tile.element(), f.mul(position, plan.productElements()));
    long share = plan.panelElements() / rows.count();
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(rows.count()),
        1,
        true,
        t -> {
          Ssa first = rows.first(f, t);
          // The panel that comes next is fetched during this one, a share by each row tile.
          Ssa next = f.ir.address(b, tile.element(), f.add(ahead, f.mul(t, share)));
          f.scope.when(
              f.ir.binary("icmp slt", first, tiles),
              () ->
                  f.call(
                      microKernel(t, p).text(),
                      f.ir.address(a, tile.element(), f.mul(first, plan.inputPitch())),
                      b,
                      f.ir.address(to, tile.element(), f.mul(first, tile.columns())),
                      Ir.i64(plan.image().channels()),
                      Ir.i64(0),
                      next,
                      Ir.i64(MicroKernel.GROUP * tile.columns() / rows.count()),
                      Ir.i64(1),
                      Ir.i64(0),
                      Ir.i64(1),
                      Ir.i64(MicroKernel.GROUP),
                      Ir.i64(tile.columns())));
        });
  }

  private Ssa microKernel(Ssa t, Ssa p) {
    var offsets = MicroKernel.rows(tile.rows(), plan.inputPitch());
    int fetches = MicroKernel.fetches(tile, rows.count());
    var whole = MicroKernel.of(tile, offsets, fetches, plan.image().channels());
    return rows.microKernel(f, t, p, ContractKernel.size(kernel.n()), false, whole);
  }

  /// Makes results of the products of a strip with a panel and stores them, row by row.
  private void results(Ssa p, Ssa strip, Ssa products, Ssa s0) {
    long pixels = SIDE * plan.stripTiles();
    Ssa table = TableFunction.pointer("table");
    Ssa first = f.mul(f.ir.binary("sub", strip, s0), plan.stripTiles() * tile.columns());
    Ssa results = scratch(resultsAt);
    f.call("@" + name + ".output", table, f.ir.address(products, tile.element(), first), results);
    Ssa tileRow = f.div(strip, plan.stripsPerRow());
    Ssa x = f.mul(f.rem(strip, plan.stripsPerRow()), pixels);
    Ssa y = f.mul(f.rem(tileRow, plan.tileRows()), SIDE);
    long height = plan.image().height();
    long width = plan.image().width();
    Ssa row = f.add(f.mul(f.div(tileRow, plan.tileRows()), height), y);
    Ssa count = f.min(f.ir.binary("sub", Ir.i64(width), x), pixels);
    f.scope.loop(
        Ir.i64(0),
        f.min(f.ir.binary("sub", Ir.i64(height), y), SIDE),
        1,
        true,
        i ->
            f.call(
                "@" + name + ".epilogue",
                table,
                f.ir.address(results, tile.element(), f.mul(i, pixels * tile.columns())),
                Ir.i64(0),
                f.add(f.mul(f.add(row, i), width), x),
                count,
                p));
  }
}
