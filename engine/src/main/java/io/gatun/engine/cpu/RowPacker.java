package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import java.util.List;

/// Copies rows of A, `k` innermost: `void name(ptr table, ptr to, i64 batch, i64 m0, i64 rows)`.
final class RowPacker {
  static final String PARAMETERS = "ptr %table, ptr %to, i64 %batch, i64 %m0, i64 %rows";

  private final ContractKernel kernel;
  private final TileShape tile;

  RowPacker(ContractKernel kernel, TileShape tile) {
    this.kernel = kernel;
    this.tile = tile;
  }

  /// Elements from one packed row to the next: room for a vector that reaches beyond the row, and
  /// no multiple of a power of two, which would put all rows of a tile into one set of the cache.
  long rowStride() {
    long stride =
        Math.ceilDiv(ContractKernel.size(kernel.k()), tile.lanes()) * tile.lanes() + tile.lanes();
    return stride % (2L * tile.lanes()) == 0 ? stride + tile.lanes() : stride;
  }

  void define(IrModule module, String name, List<Integer> slots) {
    var f = new TableFunction(module, name, PARAMETERS, slots);
    var indices = ContractIndices.of(kernel.a());
    if (!kernel.batch().isEmpty()) {
      Axis.of(kernel.batch(), indices).bind(f.ir, f.scope, TableFunction.parameter("batch"));
    }
    var m = Axis.of(kernel.m(), indices);
    var k = Axis.of(kernel.k(), indices);
    f.scope.loop(
        Ir.i64(0),
        TableFunction.parameter("rows"),
        1,
        true,
        row -> {
          m.bind(f.ir, f.scope, f.add(TableFunction.parameter("m0"), row));
          Ssa start = f.mul(row, rowStride());
          new RunLoops(f, k)
              .eachVector(
                  tile.lanes(),
                  position ->
                      f.store(
                          f.exprs.vector(kernel.a(), 0),
                          TableFunction.pointer("to"),
                          f.add(start, position)));
        });
    f.define("internal");
  }
}
