package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The function that runs a contraction's units: packs the rows of A where that is planned, calls
/// the micro-kernels tile by tile and the epilogue after each.
final class TileLoops {
  /// Head of the scratch memory: the number of the row block whose A is packed there.
  private static final long HEADER = 64;

  private final IrModule module;
  private final String name;
  private final ContractKernel kernel;
  private final List<Integer> slots;
  private final ContractPlan plan;
  private final TileShape tile;
  private final RowTiles tiles;
  private final RowPacker rowPacker;
  private final Epilogue epilogue;
  private final TableFunction f;
  private final Axis batchOfA;
  private final Axis m;
  private final Axis batchOfB;
  private final Axis n;

  TileLoops(
      IrModule module, String name, ContractKernel kernel, List<Integer> slots, ContractPlan plan) {
    this.module = module;
    this.name = name;
    this.kernel = kernel;
    this.slots = slots;
    this.plan = plan;
    tile = plan.tile();
    tiles = plan.tiles();
    rowPacker = new RowPacker(kernel, tile);
    epilogue = new Epilogue(kernel, tile);
    f = new TableFunction(module, name, "ptr %table, ptr %scratch, i64 %begin, i64 %end", slots);
    var a = ContractIndices.of(kernel.a());
    var b = ContractIndices.of(kernel.b());
    batchOfA = Axis.of(orUnit(kernel.batch()), a);
    m =
        plan.a() instanceof PlacedA.InCopies(ImageBlocks images, _)
            ? alongCopies(images)
            : Axis.of(kernel.m(), a);
    batchOfB = Axis.of(orUnit(kernel.batch()), b);
    n = Axis.of(kernel.n(), b);
  }

  private Axis alongCopies(ImageBlocks images) {
    var padded = images.padded();
    var indices = List.of(padded.copiedOffset(), padded.image(), padded.y().index());
    return Axis.of(kernel.m(), indices);
  }

  private static List<Var> orUnit(List<Var> variables) {
    return variables.isEmpty() ? List.of(new Var(-1, "batch", 1)) : variables;
  }

  /// Adds the function; `panelBytes` is the size of a packed panel of B.
  Lowered.Phase define(long panelBytes) {
    long rowBytes =
        switch (plan.a()) {
          case PlacedA.InCopies(ImageBlocks images, _) -> images.bytes(tile);
          case PlacedA.InScratch _ ->
              plan.blockRows() * rowPacker.rowStride() * tile.dtype().bytes();
          case PlacedA.InArray _, PlacedA.InWorkspace _ -> 0;
        };
    long tileAt = HEADER + Math.ceilDiv(rowBytes, 64) * 64;
    long panelAt = tileAt + Math.ceilDiv(tile.bytes(), 64) * 64;
    boolean packsB = plan.b() instanceof PlacedB.InScratch;
    switch (plan.a()) {
      case PlacedA.InCopies(ImageBlocks images, _) ->
          images.padded().define(module, name + ".image", slots, tile);
      case PlacedA.InScratch(_, var array) -> {
        if (array.isEmpty()) rowPacker.define(module, name + ".rows", slots);
      }
      case PlacedA.InArray _, PlacedA.InWorkspace _ -> {}
    }
    if (epilogue.isLarge()) epilogue.defineFetch(module, name + ".fetch", slots);
    Ssa scratch = TableFunction.pointer("scratch");
    Ssa rows = f.ir.address(scratch, "i8", Ir.i64(HEADER));
    Ssa tileMemory = f.ir.address(scratch, "i8", Ir.i64(tileAt));
    Ssa panelMemory = f.ir.address(scratch, "i8", Ir.i64(panelAt));
    f.scope.loop(
        TableFunction.parameter("begin"),
        TableFunction.parameter("end"),
        1,
        false,
        unit -> unit(unit, rows, tileMemory, panelMemory, panelBytes));
    f.define("");
    return new Lowered.Phase(
        name, plan.units(), 1, panelAt + (packsB ? panelBytes : 0) + 64, false);
  }

  private void unit(Ssa unit, Ssa rows, Ssa tileMemory, Ssa panelMemory, long panelBytes) {
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
      images(images, block, batch, p0, p1, rows, tileMemory, panelMemory, panelBytes);
      return;
    }
    Ssa t0 = f.mul(rowBlock, plan.tilesPerBlock());
    Ssa t1 = f.min(f.add(t0, plan.tilesPerBlock()), tiles.count());
    Ssa m0 = tiles.first(f, t0);
    Optional<Ssa> fresh = Optional.empty();
    if (plan.a() instanceof PlacedA.InScratch(_, var array)) {
      Ssa isNew = f.isNewInScratch(block);
      if (array.isPresent()) fresh = Optional.of(isNew);
      else f.scope.when(isNew, () -> packRows(batch, t0, t1, rows));
    } else if (plan.fetchesRows()) {
      fresh = Optional.of(Ir.integer("i1", 1, 1));
    }
    blocks(batch, t0, t1, p0, p1, m0, rows, tileMemory, panelMemory, panelBytes, fresh);
  }

  /// Copies the piece of the image that the unit's rows look at, unless it is there, and goes on
  /// with the address of the element that would be at row 0 of the whole copied image.
  private void images(
      ImageBlocks images,
      Ssa block,
      Ssa batch,
      Ssa p0,
      Ssa p1,
      Ssa rows,
      Ssa tileMemory,
      Ssa panelMemory,
      long panelBytes) {
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
          batchOfA.bind(f.ir, f.scope, batch);
          m.bind(f.ir, f.scope, f.mul(row, width));
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
    blocks(
        batch,
        t0,
        t1,
        p0,
        p1,
        Ir.i64(0),
        origin,
        tileMemory,
        panelMemory,
        panelBytes,
        Optional.empty());
  }

  private void blocks(
      Ssa batch,
      Ssa t0,
      Ssa t1,
      Ssa p0,
      Ssa p1,
      Ssa m0,
      Ssa rows,
      Ssa tileMemory,
      Ssa panelMemory,
      long panelBytes,
      Optional<Ssa> fresh) {
    boolean packsB = plan.b() instanceof PlacedB.InScratch;
    if (plan.tilesOuter() && !packsB) {
      loop(
          t0,
          t1,
          t ->
              loop(
                  p0,
                  p1,
                  p -> {
                    Ssa b = panel(batch, p, panelMemory, panelBytes);
                    tile(batch, t, p, m0, rows, tileMemory, b, b, false, first(fresh, p, p0));
                  }));
      return;
    }
    boolean follows = plan.b() instanceof PlacedB.InWorkspace;
    long perTile = ContractKernel.size(kernel.k()) * tile.columns() / plan.tilesPerBlock();
    loop(
        p0,
        p1,
        p -> {
          if (packsB) {
            f.call("@" + name + ".panel", TableFunction.pointer("table"), panelMemory, batch, p);
          }
          Ssa b = panel(batch, p, panelMemory, panelBytes);
          loop(
              t0,
              t1,
              t -> {
                // The next panel is fetched during this one, each tile fetching its share.
                Ssa share = f.mul(f.ir.binary("sub", t, t0), perTile);
                Ssa after = f.ir.address(b, "i8", Ir.i64(panelBytes));
                Ssa next = follows ? f.ir.address(after, tile.element(), share) : b;
                tile(batch, t, p, m0, rows, tileMemory, b, next, follows, first(fresh, p, p0));
              });
        });
  }

  private void loop(Ssa from, Ssa to, Consumer<Ssa> body) {
    f.scope.loop(from, to, 1, true, body);
  }

  /// Whether a panel is the first that sees the rows, where that matters and they are `fresh`.
  private Optional<Ssa> first(Optional<Ssa> fresh, Ssa p, Ssa p0) {
    return fresh.map(isFresh -> f.ir.binary("and", isFresh, f.ir.binary("icmp eq", p, p0)));
  }

  private void packRows(Ssa batch, Ssa t0, Ssa t1, Ssa rows) {
    Ssa m0 = tiles.first(f, t0);
    loop(t0, t1, t -> rowPacker.call(f, name + ".rows", tiles, batch, t, rows, m0));
  }

  /// Address of the first row of a panel of B.
  private Ssa panel(Ssa batch, Ssa p, Ssa panelMemory, long panelBytes) {
    return switch (plan.b()) {
      case PlacedB.InScratch() -> panelMemory;
      case PlacedB.InWorkspace(int slot, _) -> {
        Ssa number = f.add(f.mul(batch, plan.panels()), p);
        yield f.ir.address(f.entry(slot), "i8", f.mul(number, panelBytes));
      }
      case PlacedB.InPlace _ -> {
        batchOfB.bind(f.ir, f.scope, batch);
        n.bind(f.ir, f.scope, f.mul(p, tile.columns()));
        yield element(kernel.b());
      }
    };
  }

  private void bindK() {
    for (Var variable : kernel.k()) f.scope.bind(variable, Ir.i64(0));
  }

  /// Address of an operand's element at the bound variables and `k = 0`.
  private Ssa element(io.gatun.graph.kernel.Expr operand) {
    bindK();
    var load = ContractIndices.plainLoad(operand).orElseThrow();
    Ssa offset = f.exprs.indices().scalar(load.offset());
    return f.ir.address(f.exprs.pointer(load.buffer()), tile.element(), offset);
  }

  private void tile(
      Ssa batch,
      Ssa t,
      Ssa p,
      Ssa m0,
      Ssa rows,
      Ssa tileMemory,
      Ssa b,
      Ssa next,
      boolean fetches,
      Optional<Ssa> first) {
    Ssa row = tiles.first(f, t);
    Ssa height = tiles.height(f, t);
    Ssa table = TableFunction.pointer("table");
    if (epilogue.isLarge()) f.call("@" + name + ".fetch", table, batch, row, height, p);
    int lines = fetches ? MicroKernel.fetches(tile, plan.tilesPerBlock()) : 0;
    Ssa a = tileOfA(batch, row, m0, rows);
    var strided = plan.a().strided();
    var kernel = MicroKernel.of(tile, strided.rowOffsets(), lines, strided.run());
    if (first.isEmpty()) {
      multiply(kernel, strided, t, p, a, tileMemory, b, next);
    } else {
      f.scope.when(first.get(), () -> firstPanel(batch, row, t, p, a, tileMemory, b, next, lines));
      f.scope.when(
          f.ir.binary("xor", first.get(), 1),
          () -> multiply(kernel, strided, t, p, a, tileMemory, b, next));
    }
    f.call("@" + name + ".epilogue", table, tileMemory, batch, row, height, p);
  }

  /// Multiplies by the first panel that sees the rows: packs them, fetches the next ones.
  private void firstPanel(
      Ssa batch, Ssa row, Ssa t, Ssa p, Ssa a, Ssa tileMemory, Ssa b, Ssa next, int lines) {
    var array = plan.a().array().orElseThrow();
    var kernel = MicroKernel.of(tile, array.rowOffsets(), lines, array.run());
    if (plan.fetchesRows()) kernel = kernel.fetchingRows();
    if (plan.a() instanceof PlacedA.InScratch) {
      multiply(kernel.packing(), array, t, p, inArray(batch, row), tileMemory, b, next, a);
    } else {
      multiply(kernel, array, t, p, a, tileMemory, b, next);
    }
  }

  /// Calls a micro-kernel.
  ///
  /// @param more arguments that only some take
  private void multiply(
      MicroKernel whole,
      StridedA strided,
      Ssa t,
      Ssa p,
      Ssa a,
      Ssa tileMemory,
      Ssa b,
      Ssa next,
      Ssa... more) {
    boolean exact = plan.b() instanceof PlacedB.InPlace;
    long bStride = plan.b() instanceof PlacedB.InPlace(long stride) ? stride : tile.columns();
    Ssa function = tiles.microKernel(f, t, p, ContractKernel.size(kernel.n()), exact, whole);
    var arguments =
        new ArrayList<>(
            List.of(
                a,
                b,
                tileMemory,
                Ir.i64(strided.run()),
                Ir.i64(0),
                next,
                Ir.i64(MicroKernel.GROUP * tile.columns() / plan.tilesPerBlock()),
                Ir.i64(strided.segments()),
                Ir.i64(strided.segmentStride()),
                Ir.i64(strided.kStride()),
                strided.groupStride(f, tiles.height(f, t)),
                Ir.i64(bStride)));
    arguments.addAll(List.of(more));
    f.call(function.text(), arguments.toArray(Ssa[]::new));
  }

  /// Address of A at a row and `k = 0`; row `m0` is the first of those in scratch memory.
  private Ssa tileOfA(Ssa batch, Ssa row, Ssa m0, Ssa rows) {
    return switch (plan.a()) {
      case PlacedA.InCopies(ImageBlocks images, _) -> {
        m.bind(f.ir, f.scope, row);
        bindK();
        Index place = images.padded().copiedOffset();
        yield f.ir.address(rows, tile.element(), f.exprs.indices().scalar(place));
      }
      case PlacedA.InArray _ -> inArray(batch, row);
      case PlacedA.InScratch _ -> {
        Ssa start = f.mul(f.ir.binary("sub", row, m0), rowPacker.rowStride());
        yield f.ir.address(rows, tile.element(), start);
      }
      case PlacedA.InWorkspace(int slot, _) -> {
        Ssa number = f.add(f.mul(batch, tiles.rows()), row);
        yield f.ir.address(f.entry(slot), tile.element(), f.mul(number, rowPacker.rowStride()));
      }
    };
  }

  private Ssa inArray(Ssa batch, Ssa row) {
    batchOfA.bind(f.ir, f.scope, batch);
    m.bind(f.ir, f.scope, row);
    return element(kernel.a());
  }
}
