package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The function that runs a contraction's units: packs the rows of A where that is planned, and
/// goes over the parts of `k`, the panels and the tiles.
final class TileLoops {
  /// Head of the scratch memory: the number of the row block whose A is packed there.
  private static final long HEADER = 64;

  /// What a unit multiplies: tiles `t0 .. t1 - 1` by panels `p0 .. p1 - 1`.
  ///
  /// @param m0 the row at which rows in scratch memory begin
  /// @param rows where they are
  /// @param fresh whether the unit is the first that sees the rows, where that matters
  private record Block(
      Ssa batch, Ssa t0, Ssa t1, Ssa p0, Ssa p1, Ssa m0, Ssa rows, Optional<Ssa> fresh) {}

  private final IrModule module;
  private final String name;
  private final ContractKernel kernel;
  private final List<Integer> slots;
  private final ContractPlan plan;
  private final TileShape tile;
  private final RowTiles tiles;
  private final RowPacker rowPacker;
  private final TableFunction f;
  private final TileCalls calls;
  private final boolean packsB;
  private final long panelBytes;
  private final Ssa rows;
  private final Ssa sums;
  private final Ssa panelMemory;
  private final long scratchBytes;

  /// @param panelBytes the size of a packed panel of B
  TileLoops(
      IrModule module,
      String name,
      ContractKernel kernel,
      List<Integer> slots,
      ContractPlan plan,
      long panelBytes) {
    this.module = module;
    this.name = name;
    this.kernel = kernel;
    this.slots = slots;
    this.plan = plan;
    this.panelBytes = panelBytes;
    tile = plan.tile();
    tiles = plan.tiles();
    rowPacker = new RowPacker(kernel, tile);
    packsB = plan.b() instanceof PlacedB.InScratch;
    f = new TableFunction(module, name, "ptr %table, ptr %scratch, i64 %begin, i64 %end", slots);
    calls = new TileCalls(name, kernel, plan, rowPacker, f);
    long sumsAt = HEADER + TileShape.inLines(rowBytes());
    long panelAt = sumsAt + plan.tilesInScratch() * tile.pitch();
    scratchBytes = panelAt + (packsB ? panelBytes : 0) + 64;
    rows = inScratch(HEADER);
    sums = inScratch(sumsAt);
    panelMemory = inScratch(panelAt);
  }

  private Ssa inScratch(long at) {
    return f.ir.address(TableFunction.pointer("scratch"), "i8", Ir.i64(at));
  }

  private long rowBytes() {
    return switch (plan.a()) {
      case PlacedA.InCopies(ImageBlocks images, _) -> images.bytes(tile);
      case PlacedA.InScratch _ -> plan.blockRows() * rowPacker.rowStride() * tile.dtype().bytes();
      case PlacedA.InArray _, PlacedA.InWorkspace _ -> 0;
    };
  }

  /// Adds the function.
  Lowered.Phase define() {
    switch (plan.a()) {
      case PlacedA.InCopies(ImageBlocks images, _) ->
          images.padded().define(module, name + ".image", slots, tile);
      case PlacedA.InScratch(_, var array) -> {
        if (array.isEmpty()) rowPacker.define(module, name + ".rows", slots);
      }
      case PlacedA.InArray _, PlacedA.InWorkspace _ -> {}
    }
    calls.defineFetch(module, slots);
    f.scope.loop(
        TableFunction.parameter("begin"), TableFunction.parameter("end"), 1, false, this::unit);
    f.define("");
    return new Lowered.Phase(name, plan.units(), 1, scratchBytes, false);
  }

  private void unit(Ssa unit) {
    Ssa batch = f.div(unit, plan.rowBlocks() * plan.columnBlocks());
    Ssa columnBlock;
    Ssa rowBlock;
    if (plan.a() instanceof PlacedA.InWorkspace) {
      // Those that read the same panels of B follow each other: their rows are packed before.
      rowBlock = f.rem(unit, plan.rowBlocks());
      columnBlock = f.rem(f.div(unit, plan.rowBlocks()), plan.columnBlocks());
    } else {
      rowBlock = f.rem(f.div(unit, plan.columnBlocks()), plan.rowBlocks());
      columnBlock = f.rem(unit, plan.columnBlocks());
    }
    Ssa block = f.add(f.mul(batch, plan.rowBlocks()), rowBlock);
    Ssa p0 = f.mul(columnBlock, plan.panelsPerBlock());
    Ssa p1 = f.min(f.add(p0, plan.panelsPerBlock()), plan.panels());
    if (plan.a() instanceof PlacedA.InCopies(ImageBlocks images, _)) {
      images(images, block, batch, p0, p1);
      return;
    }
    Ssa t0 = f.mul(rowBlock, plan.tilesPerBlock());
    Ssa t1 = f.min(f.add(t0, plan.tilesPerBlock()), tiles.count());
    Ssa m0 = tiles.first(f, t0);
    Optional<Ssa> fresh = Optional.empty();
    if (plan.a() instanceof PlacedA.InScratch(_, var array)) {
      Ssa isNew = f.isNewInScratch(block);
      if (array.isPresent()) fresh = Optional.of(isNew);
      else f.scope.when(isNew, () -> packRows(batch, t0, t1));
    } else if (plan.fetchesRows()) {
      fresh = Optional.of(Ir.integer("i1", 1, 1));
    }
    block(new Block(batch, t0, t1, p0, p1, m0, rows, fresh));
  }

  private void packRows(Ssa batch, Ssa t0, Ssa t1) {
    Ssa m0 = tiles.first(f, t0);
    loop(t0, t1, t -> rowPacker.call(f, name + ".rows", tiles, batch, t, rows, m0));
  }

  /// Copies the piece of the image that the unit's rows look at, unless it is there, and goes on
  /// with the address of the element that would be at row 0 of the whole copied image.
  private void images(ImageBlocks images, Ssa block, Ssa batch, Ssa p0, Ssa p1) {
    Ssa rowBlock = f.rem(block, plan.rowBlocks());
    Ssa image = f.div(rowBlock, images.blocksPerImage());
    Ssa y0 = f.mul(f.rem(rowBlock, images.blocksPerImage()), images.blockRows());
    Ssa y1 = f.min(f.add(y0, images.blockRows()), images.rowsPerImage());
    Ssa row = f.add(f.mul(image, images.rowsPerImage()), y0);
    long width = tiles.group() / images.rowsPerGroup();
    Ssa from = f.mul(y0, images.step());
    f.scope.when(
        f.isNewInScratch(block),
        () -> {
          calls.bind(batch, f.mul(row, width));
          Ssa count = f.ir.binary("sub", f.ir.binary("sub", y1, y0), 1);
          f.call(
              "@" + name + ".image",
              TableFunction.pointer("table"),
              rows,
              f.exprs.indices().scalar(images.padded().image()),
              from,
              f.add(f.mul(count, images.step()), images.span()));
        });
    Ssa back = f.ir.binary("sub", Ir.i64(0), f.mul(from, images.padded().copiedPitch()));
    Ssa origin = f.ir.address(rows, tile.element(), back);
    Ssa groups = f.div(f.ir.binary("sub", y1, y0), images.rowsPerGroup());
    Ssa t0 = f.mul(f.div(row, images.rowsPerGroup()), tiles.perGroup());
    Ssa t1 = f.add(t0, f.mul(groups, tiles.perGroup()));
    block(new Block(batch, t0, t1, p0, p1, Ir.i64(0), origin, Optional.empty()));
  }

  private void block(Block block) {
    var all = new TileCalls.Sum(Ir.i64(0), Ir.i64(plan.a().strided().run()), Optional.empty());
    if (plan.tilesOuter() && !packsB) {
      tilesOuter(block, all);
    } else if (!plan.cutsK()) {
      panels(block, all);
    } else {
      Ssa k = Ir.i64(ContractKernel.size(kernel.k()));
      f.scope.loop(
          Ir.i64(0),
          k,
          plan.steps(),
          true,
          k0 -> {
            Ssa left = f.ir.binary("sub", k, k0);
            Ssa last = f.ir.binary("icmp sle", left, plan.steps());
            panels(block, new TileCalls.Sum(k0, f.min(left, plan.steps()), Optional.of(last)));
          });
    }
  }

  private void tilesOuter(Block block, TileCalls.Sum sum) {
    loop(
        block.t0,
        block.t1,
        t ->
            loop(
                block.p0,
                block.p1,
                p -> {
                  Ssa b = panel(block, p, sum.first());
                  calls.tile(place(block, t, p), sum, sums, b, b, false, first(block, p));
                }));
  }

  private void panels(Block block, TileCalls.Sum sum) {
    boolean follows = plan.b() instanceof PlacedB.InWorkspace;
    long perTile = plan.steps() * tile.columns() / plan.tilesPerBlock();
    loop(
        block.p0,
        block.p1,
        p -> {
          if (packsB) {
            Ssa table = TableFunction.pointer("table");
            f.call("@" + name + ".panel", table, panelMemory, block.batch, p);
          }
          Ssa b = panel(block, p, sum.first());
          Ssa after = follows ? after(block, sum, p, b) : b;
          loop(
              block.t0,
              block.t1,
              t -> {
                // What comes next is fetched during this one, each tile fetching its share.
                Ssa share = f.mul(f.ir.binary("sub", t, block.t0), perTile);
                Ssa next = follows ? f.ir.address(after, tile.element(), share) : b;
                Ssa to = plan.cutsK() ? sums(block, t, p) : sums;
                calls.tile(place(block, t, p), sum, to, b, next, follows, first(block, p));
              });
        });
  }

  /// The panel that is read after panel `p`, which is at `b`.
  private Ssa after(Block block, TileCalls.Sum sum, Ssa p, Ssa b) {
    Ssa neighbour = f.ir.address(b, "i8", Ir.i64(panelBytes));
    if (!plan.cutsK()) return neighbour;
    Ssa further = panel(block, block.p0, f.add(sum.first(), plan.steps()));
    Ssa unit = panel(block, block.p1, Ir.i64(0));
    Ssa other = f.ir.select(sum.last().orElseThrow(), unit, further);
    Ssa isLast = f.ir.binary("icmp eq", f.add(p, 1), block.p1);
    return f.ir.select(isLast, other, neighbour);
  }

  /// Address of a panel at a position of `k`.
  private Ssa panel(Block block, Ssa p, Ssa k) {
    Ssa panel = calls.panel(block.batch, p, panelMemory, panelBytes);
    return plan.cutsK() ? f.ir.address(panel, tile.element(), f.mul(k, calls.strideOfB())) : panel;
  }

  /// Where a tile's sums stay from one part of `k` to the next.
  private Ssa sums(Block block, Ssa t, Ssa p) {
    Ssa before = f.mul(f.ir.binary("sub", p, block.p0), plan.tilesPerBlock());
    Ssa number = f.add(before, f.ir.binary("sub", t, block.t0));
    return f.ir.address(sums, "i8", f.mul(number, tile.pitch()));
  }

  private static TileCalls.Place place(Block block, Ssa t, Ssa p) {
    return new TileCalls.Place(block.batch, t, p, block.m0, block.rows);
  }

  private void loop(Ssa from, Ssa to, Consumer<Ssa> body) {
    f.scope.loop(from, to, 1, true, body);
  }

  /// Whether a panel is the first that sees the rows, where that matters.
  private Optional<Ssa> first(Block block, Ssa p) {
    return block.fresh.map(
        isFresh -> f.ir.binary("and", isFresh, f.ir.binary("icmp eq", p, block.p0)));
  }
}
