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

  static final String FETCH_PARAMETERS = "ptr %table, i64 %batch, i64 %m0, i64 %rows, i64 %panel";

  /// An array of so many bytes is in no second-level cache when it is read or written.
  static final long LARGE = 1 << 20;

  private final ContractKernel kernel;
  private final TileShape tile;

  Epilogue(ContractKernel kernel, TileShape tile) {
    this.kernel = kernel;
    this.tile = tile;
  }

  void define(IrModule module, String name, List<Integer> slots) {
    var f = new TableFunction(module, name, PARAMETERS, slots);
    eachRow(
        f, (row, column, vectors) -> row(f, f.add(f.mul(row, tile.columns()), column), vectors));
    f.define("internal");
  }

  /// Whether a tile's share of the results is worth fetching while the tile is computed.
  boolean isLarge() {
    long bytes = 0;
    for (Store store : kernel.stores()) bytes += store.value().dtype().bytes();
    for (var variables : List.of(kernel.batch(), kernel.m(), kernel.n())) {
      bytes *= ContractKernel.size(variables);
    }
    return bytes >= LARGE;
  }

  /// Adds `void name(ptr table, i64 batch, i64 m0, i64 rows, i64 panel)`, which fetches the memory
  /// that the epilogue of a tile will write. Often it reads that, too: a sum in place.
  void defineFetch(IrModule module, String name, List<Integer> slots) {
    var f = new TableFunction(module, name, FETCH_PARAMETERS, slots);
    eachRow(
        f,
        (_, _, vectors) -> {
          for (Store store : kernel.stores()) {
            for (int v = 0; v < vectors; v++) f.exprs.prefetch(store, v);
          }
        });
    f.define("internal");
  }

  private interface RowBody {
    /// @param column the first of `vectors` registers in the panel
    void emit(Ssa row, Ssa column, int vectors);
  }

  private void eachRow(TableFunction f, RowBody body) {
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
                      body.emit(row, column, vectors);
                    }));
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
