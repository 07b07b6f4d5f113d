package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Store;
import java.util.ArrayList;
import java.util.List;

/// The function that turns a finished tile into what is stored:
/// `void name(ptr table, ptr tile, i64 batch, i64 m0, i64 rows, i64 panel)`.
final class Epilogue {
  static final String PARAMETERS =
      "ptr %table, ptr %tile, i64 %batch, i64 %m0, i64 %rows, i64 %panel";

  private final ContractKernel kernel;
  private final TileShape tile;

  Epilogue(ContractKernel kernel, TileShape tile) {
    this.kernel = kernel;
    this.tile = tile;
  }

  void define(IrModule module, String name, List<Integer> slots) {
    var f = new TableFunction(module, name, PARAMETERS, slots);
    var indices = ContractIndices.of(kernel.stores());
    if (!kernel.batch().isEmpty()) {
      Axis.of(kernel.batch(), indices).bind(f.ir, f.scope, TableFunction.parameter("batch"));
    }
    var m = Axis.of(kernel.m(), indices);
    new Columns(tile, Axis.of(kernel.n(), indices), ContractKernel.size(kernel.n()))
        .each(
            f,
            TableFunction.parameter("panel"),
            (column, vectors) ->
                f.scope.loop(
                    Ir.i64(0),
                    TableFunction.parameter("rows"),
                    1,
                    true,
                    row -> {
                      m.bind(f.ir, f.scope, f.add(TableFunction.parameter("m0"), row));
                      row(f, f.add(f.mul(row, tile.columns()), column), vectors);
                    }));
    f.define("internal");
  }

  /// Stores one row from element `start` of the tile on. All values are there before the first
  /// store, which may overwrite what they were computed from.
  private void row(TableFunction f, Ssa start, int vectors) {
    int width = f.exprs.lanes().width();
    var sums = new ArrayList<Ssa>();
    for (int v = 0; v < vectors; v++) {
      Ssa at = f.add(start, (long) v * width);
      Ssa address = f.ir.address(TableFunction.pointer("tile"), tile.element(), at);
      String type = Ssa.type(tile.element(), width);
      sums.add(
          f.ir.emit(
              tile.element(),
              width,
              "load " + type + ", " + address.typed() + ", align " + tile.dtype().bytes()));
    }
    f.exprs.bindFold(0, sums);
    for (Store store : kernel.stores()) {
      for (int v = 0; v < vectors; v++) f.exprs.vector(store.value(), v);
    }
    for (Store store : kernel.stores()) {
      for (int v = 0; v < vectors; v++) f.exprs.store(store, v, false);
    }
  }
}
