package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.ScatterKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.List;

/// Lowers scatters to LLVM IR: a first phase writes the base, unless that is where the sums go, and
/// prepares what a second phase needs to add the updates. Sums are made in the order of the updates
/// however many threads there are.
final class ScatterLowering {
  private static final String PARAMETERS = "ptr %table, ptr %scratch, i64 %begin, i64 %end";

  private ScatterLowering() {}

  /// Adds the functions of `kernel` to `module`, their names beginning with `name`.
  ///
  /// @param slots entry of each of the kernel's buffers in the table of addresses; the base is
  ///     updated in place where it has the result's
  /// @param freeSlot entries of the table from this one on are free for workspaces
  /// @param vectorBytes size of the machine's vector registers
  static Lowered lower(
      IrModule module,
      String name,
      ScatterKernel kernel,
      List<Integer> slots,
      int freeSlot,
      int vectorBytes) {
    var rest = new ArrayList<>(kernel.outer());
    rest.addAll(kernel.inner());
    boolean byRows = rest.stream().noneMatch(kernel.index().variables()::contains);
    var phases = new ArrayList<Lowered.Phase>();
    var workspaces = new ArrayList<Lowered.Workspace>();
    String order = "";
    Lowered.Phase add;
    if (byRows) {
      var rows = new ScatterRows(module, name, kernel, slots, freeSlot, vectorBytes);
      order = rows.order();
      add = rows.add();
      workspaces.add(Lowered.Workspace.passing(freeSlot, rows.workspaceBytes()));
    } else {
      add = new ScatterLanes(module, name, kernel, slots).add();
    }
    if (!inPlace(kernel, slots))
      phases.add(prepare(module, name, kernel, slots, order, vectorBytes));
    else if (byRows) phases.add(new Lowered.Phase(order, 1, 1, 0, false));
    phases.add(add);
    return new Lowered(phases, workspaces);
  }

  private static boolean inPlace(ScatterKernel kernel, List<Integer> slots) {
    return kernel.base().op() instanceof ExprOp.Load(int buffer, _, _)
        && slots.get(buffer).equals(slots.get(kernel.target()));
  }

  /// Writes the base; where there is an order to be made, that is the first unit.
  private static Lowered.Phase prepare(
      IrModule module,
      String name,
      ScatterKernel kernel,
      List<Integer> slots,
      String order,
      int vectorBytes) {
    var variables = new ArrayList<Var>(kernel.outer());
    variables.add(kernel.row());
    variables.addAll(kernel.inner());
    var store = new Store(kernel.target(), kernel.offset(), kernel.base());
    var stage = new LoopKernel.Stage(List.of(), List.of(store));
    var loop = new LoopKernel(kernel.buffers(), variables, List.of(), List.of(stage), List.of());
    int[] all = slots.stream().mapToInt(Integer::intValue).toArray();
    var fill = LoopLowering.lower(module, name + ".fill", loop, all, vectorBytes);
    if (order.isEmpty()) {
      return new Lowered.Phase(fill.name(), fill.units(), fill.grain(), fill.scratchBytes(), false);
    }
    var f = new TableFunction(module, name + ".prepare", PARAMETERS, slots);
    Ssa begin = TableFunction.parameter("begin");
    Ssa end = TableFunction.parameter("end");
    f.scope.when(f.ir.binary("icmp eq", begin, 0), () -> call(f, order, Ir.i64(0), Ir.i64(1)));
    Ssa from = f.ir.intrinsic("smax", f.add(begin, -1), Ir.i64(0));
    Ssa to = f.add(end, -1);
    f.scope.when(f.ir.binary("icmp slt", from, to), () -> call(f, fill.name(), from, to));
    f.define("");
    return new Lowered.Phase(
        name + ".prepare", fill.units() + 1, fill.grain(), fill.scratchBytes(), false);
  }

  private static void call(TableFunction f, String function, Ssa begin, Ssa end) {
    f.call(
        "@" + function,
        TableFunction.pointer("table"),
        TableFunction.pointer("scratch"),
        begin,
        end);
  }
}
