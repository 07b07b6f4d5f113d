package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import java.util.ArrayList;
import java.util.List;
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
    Ssa rows = TableFunction.parameter("rows");
    if (inGroups) {
      int together = tile.lanes() / GROUP;
      Ssa whole = f.mul(f.div(rows, together), together);
      loops.eachVector(
          tile.lanes(),
          at -> {
            f.scope.loop(Ir.i64(0), whole, together, false, row -> together(f, m, row, at));
            f.scope.loop(whole, rows, 1, false, row -> alone(f, m, row, at));
          });
    } else {
      Ssa to = TableFunction.pointer("to");
      loops.each(
          at ->
              f.scope.loop(
                  Ir.i64(0),
                  rows,
                  1,
                  true,
                  row -> f.store(vector(f, m, row), to, place(f, row, at))));
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

  /// The vector of a row at the position that is bound.
  private Ssa vector(TableFunction f, Axis m, Ssa row) {
    var value = new Ssa[1];
    f.scope.block(
        () -> {
          m.bind(f.ir, f.scope, f.add(TableFunction.parameter("m0"), row));
          value[0] = f.exprs.vector(kernel.a(), 0);
        });
    return value[0];
  }

  /// Stores as many rows as groups fill a vector: each group of all of them is one vector.
  private void together(TableFunction f, Axis m, Ssa row, Ssa position) {
    var rows = new ArrayList<Ssa>();
    for (int r = 0; r < tile.lanes() / GROUP; r++) rows.add(vector(f, m, f.add(row, r)));
    store(f, PanelPacker.transpose(f.ir, rows), row, position);
  }

  private void alone(TableFunction f, Axis m, Ssa row, Ssa position) {
    Ssa vector = vector(f, m, row);
    var groups = new ArrayList<Ssa>();
    for (int lane = 0; lane < tile.lanes(); lane += GROUP) {
      groups.add(f.ir.shuffle(vector, IntStream.range(lane, lane + GROUP)));
    }
    store(f, groups, row, position);
  }

  /// Stores what follows each other along `k` from a position that begins a group.
  private void store(TableFunction f, List<Ssa> groups, Ssa row, Ssa position) {
    Ssa to = f.ir.address(TableFunction.pointer("to"), tile.element(), place(f, row, position));
    Ssa groupStride = f.mul(TableFunction.parameter("rows"), GROUP);
    for (Ssa group : groups) {
      f.store(group, to, Ir.i64(0));
      to = f.ir.address(to, tile.element(), groupStride);
    }
  }

  /// Where the element of a row at a position along `k` lies.
  private static Ssa place(TableFunction f, Ssa row, Ssa position) {
    Ssa group = f.ir.binary("mul", f.div(position, GROUP), TableFunction.parameter("rows"));
    return f.add(f.mul(f.add(group, row), GROUP), f.rem(position, GROUP));
  }
}
