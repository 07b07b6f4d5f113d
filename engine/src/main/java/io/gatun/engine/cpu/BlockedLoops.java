package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Expr;
import java.util.List;
import java.util.stream.LongStream;

/// The function of a [BlockedSum]. A thread's scratch memory holds the copied rows of both
/// arrays and the sums.
final class BlockedLoops {
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
    return (BlockedSum.BLOCK + 1) * sum.pitchA() * tile.dtype().bytes();
  }

  private long sumsAt() {
    return rowsOfBAt() + (BlockedSum.BLOCK + 1) * sum.pitchB() * tile.dtype().bytes();
  }

  /// Bytes from the sums of one tile to the next.
  private long tileBytes() {
    return Math.ceilDiv(tile.bytes(), 64) * 64;
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
                Ssa row = sum.tiles().first(f, t0);
                Ssa rows = f.ir.binary("sub", sum.tiles().first(f, t1), row);
                copy(kernel.a(), row, rows, k0, steps, sum.strideA(), rowsOfA, sum.pitchA());
                Ssa column = f.mul(p0, tile.columns());
                long n = ContractKernel.size(kernel.n());
                Ssa end = f.min(f.mul(p1, tile.columns()), n);
                Ssa columns = f.ir.binary("sub", end, column);
                copy(kernel.b(), column, columns, k0, steps, sum.strideB(), rowsOfB, sum.pitchB());
                multiply(t0, t1, p0, p1, k0, steps);
              });
          each(t0, t1, p0, p1, (t, p) -> epilogue(t, p, place(t, t0, p, p0)));
        });
    f.define("");
    long scratch = sumsAt() + sum.tilesPerBlock() * sum.panelsPerBlock() * tileBytes();
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
    return f.ir.address(sums, "i8", f.mul(number, tileBytes()));
  }

  private Ssa array(Expr operand) {
    var load = ContractIndices.plainLoad(operand).orElseThrow();
    Ssa start = Ir.i64(load.offset().constant());
    return f.ir.address(f.exprs.pointer(load.buffer()), tile.element(), start);
  }

  /// Copies `count` elements, from element `first` on, of each of the rows `k0 .. k0 + steps - 1`.
  private void copy(
      Expr operand, Ssa first, Ssa count, Ssa k0, Ssa steps, long stride, Ssa to, long pitch) {
    Ssa from = f.ir.address(array(operand), tile.element(), first);
    int lanes = tile.lanes();
    Ssa whole = f.mul(f.div(count, lanes), lanes);
    Ssa rest = f.ir.binary("sub", count, whole);
    Ssa limit = f.ir.splat(f.ir.convert("trunc", rest, "i32"), lanes);
    Ssa mask = f.ir.binary("icmp slt", Ir.vector("i32", LongStream.range(0, lanes)), limit);
    f.scope.loop(
        Ir.i64(0),
        steps,
        1,
        true,
        k -> {
          Ssa row = f.ir.address(from, tile.element(), f.mul(f.add(k0, k), stride));
          Ssa copy = f.ir.address(to, tile.element(), f.mul(k, pitch));
          f.scope.loop(Ir.i64(0), whole, lanes, false, i -> f.store(load(row, i), copy, i));
          f.store(masked(row, whole, mask), copy, whole);
        });
  }

  private Ssa load(Ssa row, Ssa index) {
    Ssa address = f.ir.address(row, tile.element(), index);
    String load = "load " + tile.vectorType() + ", " + address.typed();
    return f.ir.emit(tile.element(), tile.lanes(), load + ", align " + tile.dtype().bytes());
  }

  private Ssa masked(Ssa row, Ssa index, Ssa mask) {
    Ssa zero = new Ssa("zeroinitializer", tile.element(), tile.lanes());
    return f.ir.call(
        "llvm.masked.load." + zero.suffix() + ".p0",
        tile.element(),
        tile.lanes(),
        "",
        f.ir.address(row, tile.element(), index),
        Ir.integer("i32", 1, tile.dtype().bytes()),
        mask,
        zero);
  }

  private void multiply(Ssa t0, Ssa t1, Ssa p0, Ssa p1, Ssa k0, Ssa steps) {
    var offsets = MicroKernel.rows(tile.rows(), 1);
    Ssa adds = f.ir.convert("zext", f.ir.binary("icmp ne", k0, 0), "i64");
    each(
        t0,
        t1,
        p0,
        p1,
        (t, p) -> {
          Ssa a = f.ir.binary("sub", sum.tiles().first(f, t), sum.tiles().first(f, t0));
          Ssa b = f.mul(f.ir.binary("sub", p, p0), tile.columns());
          Ssa panel = f.ir.address(rowsOfB, tile.element(), b);
          long n = ContractKernel.size(kernel.n());
          f.call(
              sum.tiles().microKernel(f, t, p, n, tile, false, offsets).text(),
              f.ir.address(rowsOfA, tile.element(), a),
              panel,
              place(t, t0, p, p0),
              steps,
              adds,
              panel,
              Ir.i64(0),
              Ir.i64(1),
              Ir.i64(0),
              Ir.i64(sum.pitchA()),
              Ir.i64(sum.pitchB()));
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
