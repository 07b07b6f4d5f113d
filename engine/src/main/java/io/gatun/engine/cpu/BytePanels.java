package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import java.util.List;

/// Packs the panels of B, of all batches: `void name(ptr table, ptr scratch, i64 begin, i64 end)`.
///
/// @param rowsShifted whether the rows of A have first terms, which ask for the sums of columns
/// @param slot workspace of the panels
/// @param start where in it they begin
record BytePanels(
    ContractKernel kernel,
    ByteLayout layout,
    ByteOperand b,
    boolean rowsShifted,
    int slot,
    long start) {

  /// Panels of one batch.
  long panels() {
    return Math.ceilDiv(ContractKernel.size(kernel.n()), layout.tile().columns());
  }

  private long units() {
    return ContractKernel.size(kernel.batch()) * panels();
  }

  /// Bytes of all packed panels.
  long bytes() {
    return units() * layout.panelBytes();
  }

  /// The address of a panel in the workspace.
  Ssa address(TableFunction f, Ssa number) {
    Ssa at = f.add(f.mul(number, layout.panelBytes()), start);
    return f.ir.address(f.entry(slot), "i8", at);
  }

  Lowered.Phase define(IrModule module, String name, List<Integer> slots, boolean once) {
    var f =
        new TableFunction(module, name, "ptr %table, ptr %scratch, i64 %begin, i64 %end", slots);
    module.declare("declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)");
    f.scope.loop(
        TableFunction.parameter("begin"),
        TableFunction.parameter("end"),
        1,
        false,
        unit -> panel(f, unit, address(f, unit)));
    f.define("");
    long grain = Math.max(1, 32 * 1024 / layout.panelBytes());
    return new Lowered.Phase(name, units(), grain, 0, once);
  }

  private void panel(TableFunction f, Ssa unit, Ssa to) {
    f.call(
        "@llvm.memset.p0.i64",
        to,
        Ir.integer("i8", 1, 0),
        Ir.i64(layout.panelBytes()),
        Ir.integer("i1", 1, 0));
    var indices = ContractIndices.of(kernel.b());
    if (!kernel.batch().isEmpty()) {
      Axis.of(kernel.batch(), indices).bind(f.ir, f.scope, f.div(unit, panels()));
    }
    var k = Axis.of(kernel.k(), indices);
    var n = Axis.of(kernel.n(), indices);
    new Columns(layout.tile(), n, n.extent())
        .each(
            f,
            f.rem(unit, panels()),
            (column, vectors) -> {
              secondTerms(f, to, column, vectors);
              new RunLoops(f, k).each(position -> row(f, to, position, column, vectors));
            });
    if (rowsShifted) columnSums(f, to);
  }

  /// Adds the bytes of one `k` to those that are there of its group.
  private void row(TableFunction f, Ssa to, Ssa position, Ssa column, int vectors) {
    int width = f.exprs.lanes().width();
    Ssa data = f.ir.address(to, "i8", Ir.i64(layout.panelStart()));
    Ssa group = f.mul(f.div(position, 4), layout.tile().columns());
    Ssa shift = f.ir.convert("trunc", f.mul(f.rem(position, 4), 8), "i32");
    for (int v = 0; v < vectors; v++) {
      Ssa value = f.ir.convert("zext", f.ir.splat(b.packed(f, v), width), "i32");
      Ssa placed = f.ir.binary("shl", value, f.ir.splat(shift, width));
      Ssa at = f.add(f.add(group, column), (long) v * width);
      Ssa there = load(f, data, at, width);
      f.store(f.ir.binary("or", there, placed), data, at);
    }
  }

  private void secondTerms(TableFunction f, Ssa to, Ssa column, int vectors) {
    if (!b.isShifted()) return;
    int width = f.exprs.lanes().width();
    Ssa terms = f.ir.address(to, "i8", Ir.i64(layout.secondTerms()));
    for (int v = 0; v < vectors; v++) {
      int register = v;
      var zero = b.zero().map(z -> f.exprs.vector(z, register));
      Ssa excess = b.excess(f.ir, zero, width).orElseThrow();
      f.store(
          f.ir.binary("sub", Ir.integer(excess, 0), excess),
          terms,
          f.add(column, (long) v * width));
    }
  }

  /// The first terms: sums over the finished panel.
  private void columnSums(TableFunction f, Ssa to) {
    int lanes = layout.tile().lanes();
    Ssa data = f.ir.address(to, "i8", Ir.i64(layout.panelStart()));
    Ssa ones = Ir.integer("i32", lanes, 0x01010101);
    for (int v = 0; v < layout.tile().vectors(); v++) {
      long first = (long) v * lanes;
      f.scope.loop(
          Ir.i64(0),
          Ir.i64(layout.groups()),
          1,
          true,
          group -> {
            Ssa some = load(f, data, f.add(f.mul(group, layout.tile().columns()), first), lanes);
            Ssa before = load(f, to, Ir.i64(first), lanes);
            f.store(ByteDot.multiplyAdd(f.ir, before, ones, some), to, Ir.i64(first));
          });
    }
  }

  private static Ssa load(TableFunction f, Ssa pointer, Ssa index, int lanes) {
    Ssa address = f.ir.address(pointer, "i32", index);
    return f.ir.emit(
        "i32", lanes, "load " + Ssa.type("i32", lanes) + ", " + address.typed() + ", align 4");
  }
}
