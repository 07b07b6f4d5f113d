package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Transforms filters once: for each of the positions of `G g G^T` panels of columns, each with one
/// row for every channel.
final class WinogradFilter {
  private static final int POINTS = WinogradTransforms.POINTS;
  private static final int TAPS = WinogradTransforms.TAPS;

  private final ContractKernel kernel;
  private final WinogradPlan plan;
  private final TileShape tile;

  WinogradFilter(ContractKernel kernel, WinogradPlan plan) {
    this.kernel = kernel;
    this.plan = plan;
    tile = plan.tile();
  }

  /// The memory that the transformed filters need.
  Lowered.Workspace workspace(int slot) {
    long bytes = WinogradPlan.POSITIONS * plan.filterElements() * tile.dtype().bytes();
    var layout = List.of("Winograd", POINTS, tile);
    return PackedOperand.workspace(kernel, layout, slot, bytes);
  }

  /// Adds the phase that fills the workspace; a unit is a panel.
  Lowered.Phase define(IrModule module, String name, List<Integer> slots, int slot) {
    var f =
        new TableFunction(module, name, "ptr %table, ptr %scratch, i64 %begin, i64 %end", slots);
    var n = Axis.of(kernel.n(), ContractIndices.of(kernel.b()));
    var columns = new Columns(tile, n, ContractKernel.size(kernel.n()));
    Ssa filters = f.entry(slot);
    f.scope.loop(
        TableFunction.parameter("begin"),
        TableFunction.parameter("end"),
        1,
        false,
        panel -> {
          Ssa to = f.ir.address(filters, tile.element(), f.mul(panel, plan.panelElements()));
          columns.each(f, panel, (column, vectors) -> channels(f, to, column, vectors));
        });
    f.define("");
    return new Lowered.Phase(name, plan.panels(), 1, 0, true);
  }

  private void channels(TableFunction f, Ssa to, Ssa column, int vectors) {
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(plan.image().channels()),
        1,
        true,
        c -> {
          f.scope.bind(plan.image().c(), c);
          Ssa start = f.add(f.mul(c, tile.columns()), column);
          for (int v = 0; v < vectors; v++) {
            transform(f, v, to, f.add(start, (long) v * f.exprs.lanes().width()));
          }
        });
  }

  private void transform(TableFunction f, int vector, Ssa to, Ssa at) {
    var rows = new ArrayList<List<Ssa>>();
    for (int ky = 0; ky < TAPS; ky++) {
      int row = ky;
      var taps = IntStream.range(0, TAPS).mapToObj(kx -> tap(f, row, kx, vector)).toList();
      rows.add(WinogradTransforms.filter(f.ir, taps));
    }
    for (int j = 0; j < POINTS; j++) {
      int column = j;
      var taps = rows.stream().map(row -> row.get(column)).toList();
      var values = WinogradTransforms.filter(f.ir, taps);
      for (int i = 0; i < POINTS; i++) {
        f.store(values.get(i), to, f.add(at, (i * POINTS + j) * plan.filterElements()));
      }
    }
  }

  private Ssa tap(TableFunction f, int ky, int kx, int vector) {
    var value = new Ssa[1];
    f.scope.block(
        () -> {
          f.scope.bind(plan.image().ky(), Ir.i64(ky));
          f.scope.bind(plan.image().kx(), Ir.i64(kx));
          value[0] = f.exprs.vector(kernel.b(), vector);
        });
    return value[0];
  }
}
