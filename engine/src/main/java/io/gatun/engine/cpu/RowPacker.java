package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Copies the rows of a tile of A side by side: `void name(ptr table, ptr to, i64 batch, i64 m0,
/// i64 rows)`. Of each row [MicroKernel#GROUP] elements along `k` lie together, then those of the
/// next row: a micro-kernel reads such a tile from one end to the other.
final class RowPacker {
  static final String PARAMETERS = "ptr %table, ptr %to, i64 %batch, i64 %m0, i64 %rows";

  private static final int GROUP = MicroKernel.GROUP;

  private final ContractKernel kernel;
  private final TileShape tile;

  RowPacker(ContractKernel kernel, TileShape tile) {
    this.kernel = kernel;
    this.tile = tile;
  }

  /// Elements of a packed row, with room for a vector that reaches beyond it.
  long rowStride() {
    return (Math.ceilDiv(ContractKernel.size(kernel.k()), tile.lanes()) + 1) * tile.lanes();
  }

  void define(IrModule module, String name, List<Integer> slots) {
    var f = new TableFunction(module, name, PARAMETERS, slots);
    var indices = ContractIndices.of(kernel.a());
    if (!kernel.batch().isEmpty()) {
      Axis.of(kernel.batch(), indices).bind(f.ir, f.scope, TableFunction.parameter("batch"));
    }
    var m = Axis.of(kernel.m(), indices);
    var k = Axis.of(kernel.k(), indices);
    boolean inGroups =
        tile.lanes() % GROUP == 0 && (k.runs().size() == 1 || k.innermost().extent() % GROUP == 0);
    var loops = new RunLoops(f, k);
    if (inGroups) {
      loops.eachVector(
          tile.lanes(),
          at -> eachRow(f, m, row -> store(f, f.exprs.vector(kernel.a(), 0), row, at)));
    } else {
      Ssa to = TableFunction.pointer("to");
      loops.each(
          at ->
              eachRow(f, m, row -> f.store(f.exprs.vector(kernel.a(), 0), to, place(f, row, at))));
    }
    f.define("internal");
  }

  /// Calls the function `name` for tile `t`; row `m0` goes to the beginning of `to`.
  void call(TableFunction f, String name, RowTiles tiles, Ssa batch, Ssa t, Ssa to, Ssa m0) {
    Ssa row = tiles.first(f, t);
    Ssa start = f.mul(f.ir.binary("sub", row, m0), rowStride());
    Ssa place = f.ir.address(to, tile.element(), start);
    f.call("@" + name, TableFunction.pointer("table"), place, batch, row, tiles.height(f, t));
  }

  private static void eachRow(TableFunction f, Axis m, Consumer<Ssa> body) {
    f.scope.loop(
        Ir.i64(0),
        TableFunction.parameter("rows"),
        1,
        true,
        row -> {
          m.bind(f.ir, f.scope, f.add(TableFunction.parameter("m0"), row));
          body.accept(row);
        });
  }

  /// Stores a vector whose first position begins a group.
  private void store(TableFunction f, Ssa vector, Ssa row, Ssa position) {
    Ssa to = f.ir.address(TableFunction.pointer("to"), vector.element(), place(f, row, position));
    Ssa groupStride = f.mul(TableFunction.parameter("rows"), GROUP);
    for (int lane = 0; lane < tile.lanes(); lane += GROUP) {
      f.store(f.ir.shuffle(vector, IntStream.range(lane, lane + GROUP)), to, Ir.i64(0));
      to = f.ir.address(to, vector.element(), groupStride);
    }
  }

  /// Where the element of a row at a position along `k` lies.
  private static Ssa place(TableFunction f, Ssa row, Ssa position) {
    Ssa group = f.ir.binary("mul", f.div(position, GROUP), TableFunction.parameter("rows"));
    return f.add(f.mul(f.add(group, row), GROUP), f.rem(position, GROUP));
  }
}
