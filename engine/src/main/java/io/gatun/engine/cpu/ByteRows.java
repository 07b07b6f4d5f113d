package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import java.util.List;

/// Packs the rows of A, of all batches: `void name(ptr table, ptr scratch, i64 begin, i64 end)`.
///
/// @param vectorBytes size of the machine's registers
/// @param columnsShifted whether the columns of B have second terms, which ask for the sums of rows
/// @param slot workspace of the rows
record ByteRows(
    ContractKernel kernel,
    ByteLayout layout,
    ByteOperand a,
    int vectorBytes,
    boolean columnsShifted,
    int slot) {
  /// Fewer bytes are not worth handing out.
  private static final long CHUNK = 64 * 1024;

  private long rows() {
    return ContractKernel.size(kernel.batch()) * ContractKernel.size(kernel.m());
  }

  /// Bytes of all packed rows; a tile of the last ones may reach beyond them.
  long bytes() {
    return (rows() + layout.tile().rows()) * layout.rowStride();
  }

  /// The address of a row in the workspace.
  Ssa address(TableFunction f, Ssa number) {
    return f.ir.address(f.entry(slot), "i8", f.mul(number, layout.rowStride()));
  }

  Lowered.Phase define(IrModule module, String name, List<Integer> slots) {
    var f =
        new TableFunction(module, name, "ptr %table, ptr %scratch, i64 %begin, i64 %end", slots);
    module.declare("declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)");
    var indices = ContractIndices.of(kernel.a());
    var m = Axis.of(kernel.m(), indices);
    var k = Axis.of(kernel.k(), indices);
    f.scope.loop(
        TableFunction.parameter("begin"),
        TableFunction.parameter("end"),
        1,
        false,
        unit -> {
          if (!kernel.batch().isEmpty()) {
            Axis.of(kernel.batch(), indices).bind(f.ir, f.scope, f.div(unit, m.extent()));
          }
          m.bind(f.ir, f.scope, f.rem(unit, m.extent()));
          Ssa to = address(f, unit);
          bytes(f, k, to);
          terms(f, to);
        });
    f.define("");
    long grain = Math.max(1, CHUNK / layout.rowStride());
    return new Lowered.Phase(name, rows(), grain, 0, false);
  }

  private void bytes(TableFunction f, Axis k, Ssa to) {
    boolean adjoining =
        ContractIndices.anyLoadSteps(kernel.a(), k.innermost().inner(), 1)
            || ContractIndices.anyLoadSteps(kernel.a(), k.innermost().inner(), -1);
    if (adjoining) {
      long run = Math.min(vectorBytes, k.innermost().extent());
      int width = (int) Math.max(4, Long.highestOneBit(2 * run - 1));
      new RunLoops(f, k).eachVector(width, position -> f.store(a.packed(f, 0), to, position));
    } else {
      f.exprs.use(Lanes.SCALAR);
      new RunLoops(f, k).each(position -> f.store(a.packed(f, 0), to, position));
    }
    long room = layout.depth() - layout.k();
    if (room == 0) return;
    f.call(
        "@llvm.memset.p0.i64",
        f.ir.address(to, "i8", Ir.i64(layout.k())),
        Ir.integer("i8", 1, 0),
        Ir.i64(room),
        Ir.integer("i1", 1, 0));
  }

  private void terms(TableFunction f, Ssa row) {
    f.exprs.use(Lanes.SCALAR);
    var zero = a.zero().map(z -> f.exprs.value(z, 0));
    var excess = a.excess(f.ir, zero, 1);
    Ssa at = f.ir.address(row, "i8", Ir.i64(layout.rowTerms()));
    excess.ifPresent(e -> f.store(f.ir.binary("sub", Ir.integer("i32", 1, 0), e), at, Ir.i64(0)));
    if (!columnsShifted) return;
    Ssa sum = sum(f, row);
    Ssa less =
        excess.map(e -> f.ir.binary("sub", sum, f.ir.binary("mul", e, layout.k()))).orElse(sum);
    f.store(less, at, Ir.i64(1));
  }

  /// The sum of a row's bytes.
  private Ssa sum(TableFunction f, Ssa row) {
    int lanes = vectorBytes / 4;
    Ssa zero = Ir.integer("i32", lanes, 0);
    String sums = f.ir.slot(zero.type());
    f.ir.storeSlot(sums, zero);
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(layout.depth()),
        vectorBytes,
        true,
        position -> {
          Ssa from = f.ir.address(row, "i8", position);
          Ssa some =
              f.ir.emit("i32", lanes, "load " + zero.type() + ", " + from.typed() + ", align 4");
          Ssa ones = Ir.integer(zero, 0x01010101);
          Ssa before = f.ir.loadSlot(sums, "i32", lanes);
          f.ir.storeSlot(sums, ByteDot.multiplyAdd(f.ir, before, some, ones));
        });
    Ssa all = f.ir.loadSlot(sums, "i32", lanes);
    return f.ir.call("llvm.vector.reduce.add." + all.suffix(), "i32", 1, "", all);
  }
}
