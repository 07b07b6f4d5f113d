package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a contraction's function does for one tile and one panel: finds the rows of A and the panel
/// of B, calls the micro-kernel and then the epilogue.
final class TileCalls {

  /// The positions of `k` that a call sums over.
  ///
  /// @param first a multiple of [MicroKernel#GROUP], and whether something was summed before it
  /// @param steps how many
  /// @param last whether nothing follows; absent where that is so always
  record Sum(Ssa first, Ssa steps, Optional<Ssa> last) {}

  /// One tile of a unit.
  ///
  /// @param m0 the row at which rows in scratch memory begin
  /// @param rows where they are
  record Place(Ssa batch, Ssa t, Ssa p, Ssa m0, Ssa rows) {}

  private final String name;
  private final ContractKernel kernel;
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

  TileCalls(
      String name, ContractKernel kernel, ContractPlan plan, RowPacker rowPacker, TableFunction f) {
    this.name = name;
    this.kernel = kernel;
    this.plan = plan;
    this.rowPacker = rowPacker;
    this.f = f;
    tile = plan.tile();
    tiles = plan.tiles();
    epilogue = new Epilogue(kernel, tile);
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

  /// Binds the variables of the batch and of the rows.
  void bind(Ssa batch, Ssa row) {
    batchOfA.bind(f.ir, f.scope, batch);
    m.bind(f.ir, f.scope, row);
  }

  /// Address of the first row of a panel of B.
  ///
  /// @param panelMemory where a panel is that the unit packs itself
  Ssa panel(Ssa batch, Ssa p, Ssa panelMemory, long panelBytes) {
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

  /// Elements from one row of B to the next.
  long strideOfB() {
    return plan.b() instanceof PlacedB.InPlace(long stride) ? stride : tile.columns();
  }

  private void bindK() {
    for (Var variable : kernel.k()) f.scope.bind(variable, Ir.i64(0));
  }

  /// Address of an operand's element at the bound variables and `k = 0`.
  private Ssa element(Expr operand) {
    bindK();
    var load = ContractIndices.plainLoad(operand).orElseThrow();
    Ssa offset = f.exprs.indices().scalar(load.offset());
    return f.ir.address(f.exprs.pointer(load.buffer()), tile.element(), offset);
  }

  /// Calls what one tile and one panel need.
  ///
  /// @param sums where the tile's sums are, and were for positions of `k` before these
  /// @param b the panel at the first of these positions
  /// @param next what is fetched meanwhile, if anything `follows`
  /// @param first whether no panel before this one saw the rows, where that matters
  void tile(Place place, Sum sum, Ssa sums, Ssa b, Ssa next, boolean follows, Optional<Ssa> first) {
    Ssa row = tiles.first(f, place.t);
    Ssa height = tiles.height(f, place.t);
    lastly(sum, () -> fetchResults(place, row, height));
    int lines = follows ? MicroKernel.fetches(tile, plan.tilesPerBlock()) : 0;
    var strided = plan.a().strided();
    Ssa a = atStep(tileOfA(place, row), strided, height, sum.first);
    var whole = MicroKernel.of(tile, strided.rowOffsets(), lines, strided.run());
    if (first.isEmpty()) {
      multiply(whole, strided, place, sum, a, sums, b, next);
    } else {
      f.scope.when(first.get(), () -> firstPanel(place, row, sum, a, sums, b, next, lines));
      f.scope.when(
          f.ir.binary("xor", first.get(), 1),
          () -> multiply(whole, strided, place, sum, a, sums, b, next));
    }
    lastly(
        sum,
        () ->
            f.call(
                "@" + name + ".epilogue",
                TableFunction.pointer("table"),
                sums,
                place.batch,
                row,
                height,
                place.p));
  }

  private void lastly(Sum sum, Runnable body) {
    sum.last.ifPresentOrElse(last -> f.scope.when(last, body), body);
  }

  /// Adds the function that fetches the results of a tile, where it is called.
  void defineFetch(IrModule module, List<Integer> slots) {
    if (epilogue.isLarge()) epilogue.defineFetch(module, name + ".fetch", slots);
  }

  private void fetchResults(Place place, Ssa row, Ssa height) {
    if (!epilogue.isLarge()) return;
    Ssa table = TableFunction.pointer("table");
    f.call("@" + name + ".fetch", table, place.batch, row, height, place.p);
  }

  /// Multiplies by the first panel that sees the rows: packs them, fetches the next ones.
  private void firstPanel(
      Place place, Ssa row, Sum sum, Ssa a, Ssa sums, Ssa b, Ssa next, int lines) {
    var array = plan.a().array().orElseThrow();
    var whole = MicroKernel.of(tile, array.rowOffsets(), lines, array.run());
    if (plan.fetchesRows()) whole = whole.fetchingRows();
    if (plan.a() instanceof PlacedA.InScratch) {
      Ssa from = inArray(place.batch, row);
      multiply(whole.packing(), array, place, sum, from, sums, b, next, a);
    } else {
      multiply(whole, array, place, sum, a, sums, b, next);
    }
  }

  /// Calls a micro-kernel.
  ///
  /// @param more arguments that only some take
  private void multiply(
      MicroKernel whole,
      StridedA strided,
      Place place,
      Sum sum,
      Ssa a,
      Ssa sums,
      Ssa b,
      Ssa next,
      Ssa... more) {
    boolean exact = plan.b() instanceof PlacedB.InPlace;
    long columns = ContractKernel.size(kernel.n());
    Ssa function = tiles.microKernel(f, place.t, place.p, columns, exact, whole);
    var arguments =
        new ArrayList<>(
            List.of(
                a,
                b,
                sums,
                sum.steps,
                f.ir.convert("zext", f.ir.binary("icmp ne", sum.first, 0), "i64"),
                next,
                Ir.i64(MicroKernel.GROUP * tile.columns() / plan.tilesPerBlock()),
                Ir.i64(strided.segments()),
                Ir.i64(strided.segmentStride()),
                Ir.i64(strided.kStride()),
                strided.groupStride(f, tiles.height(f, place.t)),
                Ir.i64(strideOfB())));
    arguments.addAll(List.of(more));
    f.call(function.text(), arguments.toArray(Ssa[]::new));
  }

  /// Address of a tile's rows at a position of `k` that begins a group.
  private Ssa atStep(Ssa a, StridedA strided, Ssa height, Ssa k) {
    if (!plan.cutsK()) return a;
    Ssa stride = strided.groupStride(f, height);
    return f.ir.address(
        a, tile.element(), f.ir.binary("mul nsw", f.div(k, MicroKernel.GROUP), stride));
  }

  /// Address of A at a row and `k = 0`.
  private Ssa tileOfA(Place place, Ssa row) {
    return switch (plan.a()) {
      case PlacedA.InCopies(ImageBlocks images, _) -> {
        m.bind(f.ir, f.scope, row);
        bindK();
        Index offset = images.padded().copiedOffset();
        yield f.ir.address(place.rows, tile.element(), f.exprs.indices().scalar(offset));
      }
      case PlacedA.InArray _ -> inArray(place.batch, row);
      case PlacedA.InScratch _ -> {
        Ssa start = f.mul(f.ir.binary("sub", row, place.m0), rowPacker.rowStride());
        yield f.ir.address(place.rows, tile.element(), start);
      }
      case PlacedA.InWorkspace(int slot, _) -> {
        Ssa number = f.add(f.mul(place.batch, tiles.rows()), row);
        yield f.ir.address(f.entry(slot), tile.element(), f.mul(number, rowPacker.rowStride()));
      }
    };
  }

  private Ssa inArray(Ssa batch, Ssa row) {
    bind(batch, row);
    return element(kernel.a());
  }
}
