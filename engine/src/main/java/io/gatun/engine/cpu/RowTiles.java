package io.gatun.engine.cpu;

import java.util.List;
import java.util.function.IntFunction;

/// How `rows` rows are cut into tiles: each group of `group` rows evenly into the least number of
/// tiles of at most `most` rows, the taller ones, by one row, first.
record RowTiles(long rows, long group, int most) {

  long perGroup() {
    return Math.ceilDiv(group, most);
  }

  long count() {
    return rows / group * perGroup();
  }

  /// Rows of the smaller tiles.
  int low() {
    return (int) (group / perGroup());
  }

  /// How many tiles of a group have one row more.
  long tall() {
    return group % perGroup();
  }

  /// The most rows that a tile has.
  int high() {
    return low() + (tall() > 0 ? 1 : 0);
  }

  /// Row at which tile `t` begins.
  Ssa first(TableFunction f, Ssa t) {
    Ssa j = f.rem(t, perGroup());
    Ssa within = f.add(f.mul(j, low()), f.min(j, tall()));
    return f.add(f.mul(f.div(t, perGroup()), group), within);
  }

  private Ssa isTall(TableFunction f, Ssa t) {
    return f.ir.binary("icmp slt", f.rem(t, perGroup()), tall());
  }

  /// Rows of tile `t`.
  Ssa height(TableFunction f, Ssa t) {
    if (tall() == 0) return Ir.i64(low());
    return f.ir.binary("add", f.ir.convert("zext", isTall(f, t), "i64"), low());
  }

  /// The micro-kernel for tile `t` and panel `p` of `n` columns in all. Where B is `exact`, nothing
  /// beyond its last column is read.
  ///
  /// @param kernel with the rows of a whole tile, or, where each tile of a group has a kernel of
  /// its own, of a whole group
  Ssa microKernel(TableFunction f, Ssa t, Ssa p, long n, boolean exact, MicroKernel kernel) {
    int columns = kernel.columns();
    int ragged = (int) (n % columns);
    if (!exact || ragged == 0) return byPlace(f, t, kernel);
    Ssa last = byPlace(f, t, kernel.reading(ragged));
    if (n < columns) return last;
    return f.ir.select(f.ir.binary("icmp eq", p, n / columns), last, byPlace(f, t, kernel));
  }

  /// Where offsets are given for all rows of a group, each of its tiles has a kernel of its own.
  private Ssa byPlace(TableFunction f, Ssa t, MicroKernel kernel) {
    if (kernel.rows() <= most) {
      return byHeight(f, t, rows -> name(f, kernel, kernel.rowOffsets().subList(0, rows)));
    }
    Ssa place = f.rem(t, perGroup());
    Ssa chosen = placed(f, 0, kernel);
    for (int j = 1; j < perGroup(); j++) {
      Ssa isHere = f.ir.binary("icmp eq", place, j);
      chosen = f.ir.select(isHere, placed(f, j, kernel), chosen);
    }
    return chosen;
  }

  private Ssa placed(TableFunction f, int place, MicroKernel kernel) {
    int first = place * low() + (int) Math.min(place, tall());
    int height = place < tall() ? high() : low();
    long start = kernel.rowOffsets().get(first);
    var own = kernel.rowOffsets().subList(first, first + height);
    return function(name(f, kernel, own.stream().map(o -> o - start).toList()));
  }

  /// The function for the height of tile `t`.
  ///
  /// @param name of the function for a height
  Ssa byHeight(TableFunction f, Ssa t, IntFunction<String> name) {
    Ssa small = function(name.apply(low()));
    if (tall() == 0) return small;
    return f.ir.select(isTall(f, t), function(name.apply(high())), small);
  }

  private static String name(TableFunction f, MicroKernel kernel, List<Long> rows) {
    return kernel.over(rows).in(f.ir.module());
  }

  private static Ssa function(String name) {
    return new Ssa("@" + name, "ptr", 1);
  }
}
