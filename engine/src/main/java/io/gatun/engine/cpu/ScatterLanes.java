package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.ScatterKernel;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A scatter each column of which has places of its own. A unit is a block of columns, which no
/// other touches. Sums of half precision are made in scratch memory in single precision, column by
/// column, and rounded once.
final class ScatterLanes {
  private static final long BLOCK = 64;

  private final TableFunction f;
  private final String name;
  private final ScatterKernel kernel;
  private final DType dtype;
  private final Axis outer;
  private final Axis points;
  private final Axis inner;
  private final long columns;

  ScatterLanes(IrModule module, String name, ScatterKernel kernel, List<Integer> slots) {
    this.name = name;
    this.kernel = kernel;
    f = new TableFunction(module, name, "ptr %table, ptr %scratch, i64 %begin, i64 %end", slots);
    f.exprs.use(Lanes.SCALAR);
    dtype = kernel.update().dtype();
    var places = new ArrayList<Index>(ContractIndices.of(kernel.update()));
    places.addAll(ContractIndices.of(kernel.index()));
    places.add(kernel.offset());
    outer = Axis.of(orUnit(kernel.outer()), places);
    points = Axis.of(orUnit(kernel.points()), places);
    inner = Axis.of(orUnit(kernel.inner()), places);
    columns = ContractKernel.size(kernel.inner());
  }

  private static List<Var> orUnit(List<Var> variables) {
    return variables.isEmpty() ? List.of(new Var(-1, "unit", 1)) : variables;
  }

  /// Adds the function.
  Lowered.Phase add() {
    boolean narrow = dtype == DType.F16 || dtype == DType.BF16;
    long block = narrow ? 1 : Math.min(columns, BLOCK);
    long blocks = Math.ceilDiv(columns, block);
    f.scope.loop(
        TableFunction.parameter("begin"),
        TableFunction.parameter("end"),
        1,
        false,
        unit -> {
          outer.bind(f.ir, f.scope, f.div(unit, blocks));
          Ssa first = f.mul(f.rem(unit, blocks), block);
          if (narrow) {
            inner.bind(f.ir, f.scope, first);
            column();
          } else {
            block(first, f.min(f.add(first, block), columns));
          }
        });
    f.define("");
    long count = ContractKernel.size(kernel.points());
    long rows = kernel.row().extent();
    long units = ContractKernel.size(kernel.outer()) * blocks;
    double cycles = 5.0 * block * count + (narrow ? 4.0 * rows : 0);
    return new Lowered.Phase(
        name, units, Math.max(1, (long) (20_000 / cycles)), narrow ? rows * 4 : 0, false);
  }

  private Ssa row() {
    return f.exprs
        .indices()
        .scalar(Index.of(new Index.Loaded(kernel.index(), kernel.row().extent())));
  }

  private void block(Ssa first, Ssa last) {
    new RunLoops(f, points)
        .each(
            _ ->
                f.scope.loop(
                    first,
                    last,
                    1,
                    true,
                    column -> {
                      inner.bind(f.ir, f.scope, column);
                      f.scope.bind(kernel.row(), row());
                      Ssa address = address();
                      Ssa update = f.exprs.value(kernel.update(), 0);
                      write(address, sum(read(address), update));
                    }));
  }

  private Ssa sum(Ssa a, Ssa b) {
    return f.ir.binary(dtype.isFloat() ? "fadd" : "add", a, b);
  }

  private Ssa address() {
    Ssa place = f.exprs.indices().scalar(kernel.offset());
    return f.ir.address(f.exprs.pointer(kernel.target()), Registers.memory(dtype), place);
  }

  private Ssa read(Ssa address) {
    return Registers.fromMemory(f.ir, dtype, f.load(Registers.memory(dtype), address, Ir.i64(0)));
  }

  private void write(Ssa address, Ssa value) {
    f.store(Registers.toMemory(f.ir, dtype, value), address, Ir.i64(0));
  }

  private void column() {
    Ssa sums = TableFunction.pointer("scratch");
    eachRow(row -> f.store(read(address()), sums, row));
    new RunLoops(f, points)
        .each(
            _ -> {
              Ssa row = row();
              Ssa update = f.exprs.value(kernel.update(), 0);
              f.store(sum(f.load("float", sums, row), update), sums, row);
            });
    eachRow(row -> write(address(), f.load("float", sums, row)));
  }

  private void eachRow(Consumer<Ssa> body) {
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(kernel.row().extent()),
        1,
        true,
        row -> {
          f.scope.bind(kernel.row(), row);
          body.accept(row);
        });
  }
}
