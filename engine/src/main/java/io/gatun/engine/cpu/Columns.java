package io.gatun.engine.cpu;

import java.util.function.BiConsumer;

/// Walks the columns of one panel in registers whose lanes follow one variable: the whole panel at
/// once where its columns are one run, else register by register, or column by column where a
/// register would reach over the end of a run.
record Columns(TileShape tile, Axis n, long count) {

  private long panels() {
    return Math.ceilDiv(count, tile.columns());
  }

  /// How many columns one step takes.
  private int step() {
    // The only column is no lane: indices do not mention it.
    if (count == 1) return 1;
    long run = n.innermost().extent();
    if (n.runs().size() == 1 || run % tile.columns() == 0) return tile.columns();
    return run % tile.lanes() == 0 ? tile.lanes() : 1;
  }

  /// Emits `body` for each step of panel number `panel`, with the variables bound, the lanes set
  /// and the first column within the panel.
  void each(TableFunction f, Ssa panel, BiConsumer<Ssa, Integer> body) {
    long ragged = count % tile.columns();
    if (ragged == 0) {
      panel(f, panel, tile.columns(), body);
      return;
    }
    if (panels() == 1) {
      panel(f, Ir.i64(0), (int) ragged, body);
      return;
    }
    Ssa isLast = f.ir.binary("icmp eq", panel, panels() - 1);
    Ssa isFull = f.ir.binary("xor", isLast, 1);
    f.scope.when(isFull, () -> panel(f, panel, tile.columns(), body));
    f.scope.when(isLast, () -> panel(f, panel, (int) ragged, body));
  }

  private void panel(TableFunction f, Ssa panel, int columns, BiConsumer<Ssa, Integer> body) {
    Ssa start = f.mul(panel, tile.columns());
    int step = step();
    if (step == 1) {
      f.scope.loop(
          Ir.i64(0),
          Ir.i64(columns),
          1,
          true,
          c -> {
            n.bind(f.ir, f.scope, f.add(start, c));
            f.exprs.use(Lanes.SCALAR);
            body.accept(c, 1);
          });
      return;
    }
    for (int c = 0; c < columns; c += step) {
      int first = c;
      int width = Math.min(step, columns - c);
      f.scope.block(
          () -> {
            n.bind(f.ir, f.scope, f.add(start, first));
            f.exprs.use(Lanes.of(n.innermost().inner(), tile.lanes(), width));
            body.accept(Ir.i64(first), Math.ceilDiv(width, tile.lanes()));
          });
    }
  }
}
