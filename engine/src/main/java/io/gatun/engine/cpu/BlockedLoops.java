package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Expr;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;

/// The function of a [BlockedSum]. A thread's scratch memory holds the copied rows of both
/// arrays and the sums.
final class BlockedLoops {
  /// How many rows ahead of the copied one memory is fetched.
  private static final long AHEAD = 16;

  private final String name;
  private final ContractKernel kernel;
  private final BlockedSum sum;
  private final TileShape tile;
  private final TableFunction f;
  private final Ssa rowsOfA;
  private final Ssa rowsOfB;
  private final Ssa sums;

  BlockedLoops(
      IrModule module, String name, ContractKernel kernel, List<Integer> slots, BlockedSum sum) {
    this.name = name;
    this.kernel = kernel;
    this.sum = sum;
    tile = sum.tile();
    f = new TableFunction(module, name, "ptr %table, ptr %scratch, i64 %begin, i64 %end", slots);
    Ssa scratch = TableFunction.pointer("scratch");
    rowsOfA = scratch;
    rowsOfB = f.ir.address(scratch, "i8", Ir.i64(rowsOfBAt()));
    sums = f.ir.address(scratch, "i8", Ir.i64(sumsAt()));
  }

  private long rowsOfBAt() {
    return sum.tilesPerBlock() * sum.tileElements() * tile.dtype().bytes();
  }

  private long sumsAt() {
    return rowsOfBAt() + sum.panelsPerBlock() * sum.panelElements() * tile.dtype().bytes();
  }

  Lowered define() {
    f.scope.loop(
        TableFunction.parameter("begin"),
        TableFunction.parameter("end"),
        1,
        false,
        unit -> {
          Ssa t0 = f.mul(f.div(unit, sum.columnBlocks()), sum.tilesPerBlock());
          Ssa t1 = f.min(f.add(t0, sum.tilesPerBlock()), sum.tiles().count());
          Ssa p0 = f.mul(f.rem(unit, sum.columnBlocks()), sum.panelsPerBlock());
          Ssa p1 = f.min(f.add(p0, sum.panelsPerBlock()), sum.panels());
          f.scope.loop(
              Ir.i64(0),
              Ir.i64(sum.k()),
              BlockedSum.BLOCK,
              true,
              k0 -> {
                Ssa steps = f.min(f.ir.binary("sub", Ir.i64(sum.k()), k0), BlockedSum.BLOCK);
                copyTiles(t0, t1, k0, steps);
                copyPanels(p0, p1, k0, steps);
                multiply(t0, t1, p0, p1, k0, steps);
              });
          each(t0, t1, p0, p1, (t, p) -> epilogue(t, p, place(t, t0, p, p0)));
        });
    f.define("");
    long scratch = sumsAt() + sum.tilesPerBlock() * sum.panelsPerBlock() * tile.pitch();
    long units = sum.rowBlocks() * sum.columnBlocks();
    return new Lowered(List.of(new Lowered.Phase(name, units, 1, scratch, false)), List.of());
  }

  private interface TileBody {
    void emit(Ssa t, Ssa p);
  }

  private void each(Ssa t0, Ssa t1, Ssa p0, Ssa p1, TileBody body) {
    f.scope.loop(p0, p1, 1, true, p -> f.scope.loop(t0, t1, 1, true, t -> body.emit(t, p)));
  }

  private Ssa place(Ssa t, Ssa t0, Ssa p, Ssa p0) {
    Ssa row = f.mul(f.ir.binary("sub", t, t0), sum.panelsPerBlock());
    Ssa number = f.add(row, f.ir.binary("sub", p, p0));
    return f.ir.address(sums, "i8", f.mul(number, tile.pitch()));
  }

  private void copyTiles(Ssa t0, Ssa t1, Ssa k0, Ssa steps) {
    copy(
        kernel.a(),
        sum.a(),
        k0,
        steps,
        t0,
        t1,
        t ->
            new Piece(
                sum.tiles().first(f, t), sum.tiles().height(f, t), tileOfA(t, t0), sum.pitchA()));
  }

  private void copyPanels(Ssa p0, Ssa p1, Ssa k0, Ssa steps) {
    long n = ContractKernel.size(kernel.n());
    copy(
        kernel.b(),
        sum.b(),
        k0,
        steps,
        p0,
        p1,
        p -> {
          Ssa first = f.mul(p, tile.columns());
          Ssa count = f.min(f.ir.binary("sub", Ir.i64(n), first), tile.columns());
          return new Piece(first, count, panelOfB(p, p0), tile.columns());
        });
  }

  private Ssa tileOfA(Ssa t, Ssa t0) {
    Ssa number = f.ir.binary("sub", t, t0);
    return f.ir.address(rowsOfA, tile.element(), f.mul(number, sum.tileElements()));
  }

  private Ssa panelOfB(Ssa p, Ssa p0) {
    Ssa number = f.ir.binary("sub", p, p0);
    return f.ir.address(rowsOfB, tile.element(), f.mul(number, sum.panelElements()));
  }

  /// Part of a row: `count` elements from element `first` on, with zeros after them up to `pitch`,
  /// and where those of the block's first row go.
  private record Piece(Ssa first, Ssa count, Ssa to, long pitch) {}

  /// Copies pieces `begin .. end - 1` of the rows `k0 .. k0 + steps - 1`, row by row as they lie in
  /// memory, while rows to come are fetched: they are too far apart for the processor to foresee.
  private void copy(
      Expr operand,
      BlockedSum.Rows rows,
      Ssa k0,
      Ssa steps,
      Ssa begin,
      Ssa end,
      Function<Ssa, Piece> pieces) {
    var load = ContractIndices.plainLoad(operand).orElseThrow();
    Ssa constant = Ir.i64(load.offset().constant());
    Ssa array = f.ir.address(f.exprs.pointer(load.buffer()), tile.element(), constant);
    f.scope.loop(
        Ir.i64(0),
        steps,
        1,
        true,
        k -> {
          Ssa number = f.add(k0, k);
          Ssa row = f.ir.address(array, tile.element(), rows.start(f, number));
          Ssa ahead = f.ir.address(array, tile.element(), rows.start(f, f.add(number, AHEAD)));
          f.scope.loop(begin, end, 1, true, i -> copy(pieces.apply(i), row, ahead, k));
        });
  }

  private void copy(Piece piece, Ssa row, Ssa ahead, Ssa k) {
    int lanes = tile.lanes();
    Ssa to = f.ir.address(piece.to, tile.element(), f.mul(k, piece.pitch));
    for (long i = 0; i < piece.pitch; i += lanes) {
      Ssa left = f.ir.convert("trunc", f.add(piece.count, -i), "i32");
      Ssa positions = Ir.vector("i32", LongStream.range(0, lanes));
      Ssa mask = f.ir.binary("icmp slt", positions, f.ir.splat(left, lanes));
      Ssa index = f.add(piece.first, i);
      f.ir.prefetch(f.ir.address(ahead, tile.element(), index), 3);
      Ssa from = f.ir.address(row, tile.element(), index);
      f.store(MemoryEmitter.maskedLoad(f.ir, from, tile.element(), mask), to, Ir.i64(i));
    }
  }

  private void multiply(Ssa t0, Ssa t1, Ssa p0, Ssa p1, Ssa k0, Ssa steps) {
    var whole = MicroKernel.of(tile, MicroKernel.rows(tile.rows(), 1), 0, sum.k());
    long n = ContractKernel.size(kernel.n());
    Ssa adds = f.ir.convert("zext", f.ir.binary("icmp ne", k0, 0), "i64");
    each(
        t0,
        t1,
        p0,
        p1,
        (t, p) -> {
          Ssa panel = panelOfB(p, p0);
          f.call(
              sum.tiles().microKernel(f, t, p, n, false, whole).text(),
              tileOfA(t, t0),
              panel,
              place(t, t0, p, p0),
              steps,
              adds,
              panel,
              Ir.i64(0),
              Ir.i64(1),
              Ir.i64(0),
              Ir.i64(sum.pitchA()),
              Ir.i64(MicroKernel.GROUP * sum.pitchA()),
              Ir.i64(tile.columns()));
        });
  }

  private void epilogue(Ssa t, Ssa p, Ssa sums) {
    f.call(
        "@" + name + ".epilogue",
        TableFunction.pointer("table"),
        sums,
        Ir.i64(0),
        sum.tiles().first(f, t),
        sum.tiles().height(f, t),
        p);
  }
}
