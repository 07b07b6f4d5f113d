package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Copies a panel of B, `tile.columns()` columns wide, to rows that lie one after the other: `void
/// name(ptr table, ptr to, i64 batch, i64 panel)`. Where B is stored with `k` innermost, square
/// blocks are transposed in registers.
final class PanelPacker {
  static final String PARAMETERS = "ptr %table, ptr %to, i64 %batch, i64 %panel";

  private final ContractKernel kernel;
  private final TileShape tile;
  private final Axis k;
  private final Axis n;
  private final boolean transposes;

  PanelPacker(ContractKernel kernel, TileShape tile) {
    this.kernel = kernel;
    this.tile = tile;
    var indices = ContractIndices.of(kernel.b());
    k = Axis.of(kernel.k(), indices);
    n = Axis.of(kernel.n(), indices);
    Var column = n.innermost().inner();
    boolean alongColumns =
        ContractIndices.anyLoadSteps(kernel.b(), column, 1)
            || ContractIndices.anyLoadSteps(kernel.b(), column, -1);
    transposes =
        !alongColumns
            && ContractIndices.anyLoadSteps(kernel.b(), k.innermost().inner(), 1)
            && k.innermost().extent() >= tile.lanes();
  }

  /// Bytes of a packed panel, of which a few rows may be room only.
  long panelBytes() {
    long run = k.innermost().extent();
    long room = transposes ? Math.ceilDiv(run, tile.lanes()) * tile.lanes() - run : 0;
    return Math.ceilDiv((k.extent() + room) * tile.columns() * tile.dtype().bytes(), 64) * 64;
  }

  void define(IrModule module, String name, List<Integer> slots) {
    var f = new TableFunction(module, name, PARAMETERS, slots);
    var indices = ContractIndices.of(kernel.b());
    if (!kernel.batch().isEmpty()) {
      Axis.of(kernel.batch(), indices).bind(f.ir, f.scope, TableFunction.parameter("batch"));
    }
    if (transposes) transposed(f);
    else straight(f);
    f.define("internal");
  }

  private void straight(TableFunction f) {
    new Columns(tile, n, ContractKernel.size(kernel.n()))
        .each(
            f,
            TableFunction.parameter("panel"),
            (column, vectors) ->
                new RunLoops(f, k)
                    .each(
                        position -> {
                          Ssa start = f.add(f.mul(position, tile.columns()), column);
                          int width = f.exprs.lanes().width();
                          for (int v = 0; v < vectors; v++) {
                            Ssa value = f.exprs.vector(kernel.b(), v);
                            f.store(
                                value, TableFunction.pointer("to"), f.add(start, (long) v * width));
                          }
                        }));
  }

  private void transposed(TableFunction f) {
    long count = ContractKernel.size(kernel.n());
    Ssa first = f.mul(TableFunction.parameter("panel"), tile.columns());
    Ssa left = f.ir.binary("sub", Ir.i64(count), first);
    Ssa columns = f.min(left, tile.columns());
    int lanes = tile.lanes();
    Ssa whole = f.mul(f.div(columns, lanes), lanes);
    f.scope.loop(Ir.i64(0), whole, lanes, false, c -> block(f, first, c, lanes));
    int rest = (int) (count % lanes);
    if (rest > 0) {
      f.scope.when(f.ir.binary("icmp ne", whole, columns), () -> block(f, first, whole, rest));
    }
  }

  /// Transposes `count` columns from column `c` of the panel on, for all `k`.
  private void block(TableFunction f, Ssa first, Ssa c, int count) {
    new RunLoops(f, k)
        .eachVector(
            tile.lanes(),
            position -> {
              var rows = new ArrayList<Ssa>();
              for (int j = 0; j < tile.lanes(); j++) rows.add(column(f, first, c, j, count));
              var turned = transpose(f.ir, rows);
              for (int j = 0; j < tile.lanes(); j++) {
                Ssa at = f.add(f.mul(f.add(position, j), tile.columns()), c);
                f.store(turned.get(j), TableFunction.pointer("to"), at);
              }
            });
  }

  private Ssa column(TableFunction f, Ssa first, Ssa c, int j, int count) {
    if (j >= count) return new Ssa("zeroinitializer", tile.element(), tile.lanes());
    var value = new Ssa[1];
    f.scope.block(
        () -> {
          n.bind(f.ir, f.scope, f.add(f.add(first, c), j));
          value[0] = f.exprs.vector(kernel.b(), 0);
        });
    return value[0];
  }

  /// Transposes a square matrix whose entries are `lanes / rows` lanes each. Stage `d` swaps the
  /// off-diagonal blocks of width `d`.
  static List<Ssa> transpose(Ir ir, List<Ssa> rows) {
    int count = rows.size();
    int lanes = rows.getFirst().lanes();
    int entry = lanes / count;
    var current = rows;
    for (int d = 1; d < count; d *= 2) {
      int width = d * entry;
      var next = new ArrayList<>(current);
      for (int j = 0; j < count; j++) {
        if ((j & d) != 0) continue;
        Ssa a = current.get(j);
        Ssa b = current.get(j + d);
        var low = IntStream.range(0, lanes).map(i -> (i & width) == 0 ? i : lanes + i - width);
        var high = IntStream.range(0, lanes).map(i -> (i & width) == 0 ? i + width : lanes + i);
        next.set(j, ir.shuffle(a, b, low));
        next.set(j + d, ir.shuffle(a, b, high));
      }
      current = next;
    }
    return current;
  }
}
