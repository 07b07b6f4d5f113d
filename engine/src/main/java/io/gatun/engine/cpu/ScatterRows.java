package io.gatun.engine.cpu;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Exprs;
import io.gatun.graph.kernel.Fold;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.ScatterKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A scatter of whole rows: the gradient of an embedding. The updates are ordered by the row they
/// go to; then each row that is hit is summed in registers and written once, by one thread.
///
/// The workspace holds the sorted rows and positions, the beginning of each run of equal rows, and,
/// for each block of updates, the first run that begins there: a unit does one block's runs.
final class ScatterRows {
  private static final String PARAMETERS = "ptr %table, ptr %scratch, i64 %begin, i64 %end";

  /// Blocks of updates at most.
  private static final long MAX_BLOCKS = 64;

  /// From this many rows on a unit walks a row's columns; with fewer, columns are units too.
  private static final int MANY_ROWS = 64;

  private final IrModule module;
  private final String name;
  private final ScatterKernel kernel;
  private final List<Integer> slots;
  private final int workspace;
  private final RadixSort sort;
  private final TileShape lanes;
  private final long points;
  private final long blockSize;
  private final long panels;
  private final Index row;
  private final List<Index> places;
  private final Store result;

  ScatterRows(
      IrModule module,
      String name,
      ScatterKernel kernel,
      List<Integer> slots,
      int workspace,
      int vectorBytes) {
    this.module = module;
    this.name = name;
    this.kernel = kernel;
    this.slots = slots;
    this.workspace = workspace;
    points = ContractKernel.size(kernel.points());
    long columns = ContractKernel.size(kernel.inner());
    int rowBits = Math.max(1, 32 - Integer.numberOfLeadingZeros(kernel.row().extent() - 1));
    sort = new RadixSort(points, "i32", rowBits, Math.ceilDiv(rowBits, Math.ceilDiv(rowBits, 11)));
    lanes = lanes(kernel, columns, vectorBytes);
    panels = Math.ceilDiv(columns, lanes.columns());
    blockSize = Math.max(Math.ceilDiv(points, MAX_BLOCKS), Math.min(points, 16));
    row = Index.of(new Index.Loaded(kernel.index(), kernel.row().extent()));
    places = new ArrayList<>(ContractIndices.of(kernel.update()));
    places.add(kernel.offset());
    result = new Store(kernel.target(), kernel.offset(), sum(kernel));
  }

  /// The base and what was folded.
  private static Expr sum(ScatterKernel kernel) {
    var exprs = new Exprs();
    var dtype = kernel.update().dtype();
    Expr folded = exprs.add(new ExprOp.Folded(0), List.of(), dtype);
    if (kernel.base().op() instanceof ExprOp.Number(double value) && value == 0) return folded;
    Expr base = exprs.add(kernel.base().op(), List.of(), dtype);
    return exprs.add(new ExprOp.Bin(Binary.Kind.ADD), base, folded);
  }

  private static TileShape lanes(ScatterKernel kernel, long columns, int vectorBytes) {
    var dtype = kernel.update().dtype();
    int bytes = 1;
    for (Expr expr : KernelIndices.exprs(kernel.update())) {
      bytes = Math.max(bytes, Registers.bytes(expr.dtype()));
    }
    int lanes = vectorBytes / bytes;
    return new TileShape(dtype, lanes, (int) Math.min(4, Math.ceilDiv(columns, lanes)), 1);
  }

  private long blocks() {
    return Math.ceilDiv(points, blockSize);
  }

  long workspaceBytes() {
    return sort.bytes() + (points + 1) * 4 + (blocks() + 1) * 4;
  }

  private Ssa starts(TableFunction f, Ssa memory) {
    return f.ir.address(memory, "i8", Ir.i64(sort.bytes()));
  }

  private Ssa firstRuns(TableFunction f, Ssa memory) {
    return f.ir.address(starts(f, memory), "i32", Ir.i64(points + 1));
  }

  /// Adds the function that orders the updates, of one unit; its name.
  String order() {
    var f = new TableFunction(module, name + ".order", PARAMETERS, slots);
    Ssa memory = f.entry(workspace);
    new RunLoops(f, Axis.of(orUnit(kernel.points()), ContractIndices.of(kernel.index())))
        .each(
            position -> {
              Ssa key = f.ir.convert("trunc", f.exprs.indices().scalar(row), "i32");
              f.store(key, sort.keys(f, memory, 0), position);
            });
    sort.sort(f, memory);
    runs(f, memory);
    f.define("");
    return name + ".order";
  }

  private void runs(TableFunction f, Ssa memory) {
    Ssa keys = sort.keys(f, memory, sort.passes());
    Ssa starts = starts(f, memory);
    Ssa first = firstRuns(f, memory);
    String count = f.ir.slot("i64");
    f.ir.storeSlot(count, Ir.i64(0));
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(blocks()),
        1,
        true,
        block -> {
          f.store(f.ir.convert("trunc", f.ir.loadSlot(count, "i64", 1), "i32"), first, block);
          Ssa from = f.mul(block, blockSize);
          f.scope.loop(
              from,
              f.min(f.add(from, blockSize), points),
              1,
              true,
              i -> {
                Ssa isFirst = f.ir.binary("icmp eq", i, 0);
                Ssa before = f.ir.select(isFirst, Ir.i64(0), f.add(i, -1));
                Ssa differs =
                    f.ir.binary("icmp ne", f.load("i32", keys, i), f.load("i32", keys, before));
                Ssa begins = f.ir.binary("or", isFirst, differs);
                Ssa runs = f.ir.loadSlot(count, "i64", 1);
                f.store(f.ir.convert("trunc", i, "i32"), starts, runs);
                f.ir.storeSlot(count, f.add(runs, f.ir.convert("zext", begins, "i64")));
              });
        });
    Ssa runs = f.ir.loadSlot(count, "i64", 1);
    f.store(f.ir.convert("trunc", runs, "i32"), first, Ir.i64(blocks()));
    f.store(Ir.integer("i32", 1, points), starts, runs);
  }

  /// Adds the function that sums the rows.
  Lowered.Phase add() {
    var f = new TableFunction(module, name, PARAMETERS, slots);
    Ssa memory = f.entry(workspace);
    long perUnit = kernel.row().extent() >= MANY_ROWS ? panels : 1;
    long groups = panels / perUnit;
    var outer = Axis.of(orUnit(kernel.outer()), places);
    f.scope.loop(
        TableFunction.parameter("begin"),
        TableFunction.parameter("end"),
        1,
        false,
        unit -> {
          Ssa block = f.rem(unit, blocks());
          Ssa rest = f.div(unit, blocks());
          Ssa panel = f.mul(f.rem(rest, groups), perUnit);
          outer.bind(f.ir, f.scope, f.div(rest, groups));
          Ssa first = firstRuns(f, memory);
          f.scope.loop(
              wide(f, f.load("i32", first, block)),
              wide(f, f.load("i32", first, f.add(block, 1))),
              1,
              false,
              run ->
                  f.scope.loop(panel, f.add(panel, perUnit), 1, true, p -> run(f, memory, run, p)));
        });
    f.define("");
    long units = ContractKernel.size(kernel.outer()) * groups * blocks();
    double cycles = blockSize * (4.0 + perUnit * lanes.vectors() * 4.0);
    return new Lowered.Phase(name, units, Math.max(1, (long) (20_000 / cycles)), 0, false);
  }

  private static List<Var> orUnit(List<Var> variables) {
    return variables.isEmpty() ? List.of(new Var(-1, "unit", 1)) : variables;
  }

  private void run(TableFunction f, Ssa memory, Ssa run, Ssa panel) {
    Ssa from = wide(f, f.load("i32", starts(f, memory), run));
    Ssa to = wide(f, f.load("i32", starts(f, memory), f.add(run, 1)));
    Ssa at = wide(f, f.load("i32", sort.keys(f, memory, sort.passes()), from));
    f.scope.bind(kernel.row(), at);
    var points = Axis.of(orUnit(kernel.points()), ContractIndices.of(kernel.update()));
    new Columns(lanes, Axis.of(orUnit(kernel.inner()), places), ContractKernel.size(kernel.inner()))
        .each(
            f,
            panel,
            (_, vectors) -> {
              f.exprs.bindFold(0, sum(f, memory, points, from, to, vectors));
              for (int v = 0; v < vectors; v++) f.exprs.vector(result.value(), v);
              for (int v = 0; v < vectors; v++) f.exprs.store(result, v, false);
            });
  }

  /// The updates `from .. to - 1`, one register for each vector of the lanes.
  private List<Ssa> sum(TableFunction f, Ssa memory, Axis points, Ssa from, Ssa to, int vectors) {
    var fold = new Fold(Reduce.Kind.SUM, kernel.update());
    var sum = new FoldEmitter(f.ir, fold, f.exprs.lanes().width(), vectors, false);
    f.scope.loop(
        from,
        to,
        1,
        true,
        i -> {
          Ssa position = f.load("i32", sort.positions(f, memory, sort.passes()), i);
          points.bind(f.ir, f.scope, wide(f, position));
          for (int v = 0; v < vectors; v++) {
            Ssa value = f.exprs.vector(kernel.update(), v);
            sum.add(v, value, Optional.empty(), _ -> value);
          }
        });
    return sum.lanes();
  }

  private static Ssa wide(TableFunction f, Ssa number) {
    return f.ir.convert("zext", number, "i64");
  }
}
