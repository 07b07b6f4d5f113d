package io.gatun.engine.cpu;

import java.util.ArrayList;
import java.util.List;

/// The innermost loops of a product of packed bytes: `void name(ptr A, ptr B, ptr T, ptr next)`
/// puts `rows` rows of A times a panel of B into the dense tile `T`, its terms added. Meanwhile the
/// lines of memory from `next` on, where the next panel is, are fetched to the second-level cache.
///
/// @param ahead how many lines each step fetches
/// @param first whether rows and columns have first terms
/// @param second whether they have second ones
record ByteKernel(ByteLayout layout, int rows, boolean first, boolean second, int ahead) {
  static final String PARAMETERS = "ptr %A, ptr %B, ptr %T, ptr %next";

  String name() {
    var tile = layout.tile();
    return "gatun.bytes.%dx%d.%d.%d.%d.%d%s%s"
        .formatted(
            tile.vectors(),
            tile.lanes(),
            rows,
            layout.groups(),
            layout.rowStride(),
            ahead,
            first ? ".f" : "",
            second ? ".s" : "");
  }

  /// The function's name; its text is in the module afterwards.
  String in(IrModule module) {
    String name = name();
    module.share(name, () -> text(new TableFunction(module, name, PARAMETERS, List.of())));
    return name;
  }

  private String text(TableFunction f) {
    int vectors = layout.tile().vectors();
    int lanes = layout.tile().lanes();
    String type = Ssa.type("i32", lanes);
    var sums = new ArrayList<String>();
    for (Ssa value : terms(f)) {
      sums.add(f.ir.slot(type));
      f.ir.storeSlot(sums.getLast(), value);
    }
    Ssa data = f.ir.address(TableFunction.pointer("B"), "i8", Ir.i64(layout.panelStart()));
    f.scope.keepLoops();
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(layout.groups()),
        1,
        true,
        group -> {
          fetch(f, group);
          var columns = new ArrayList<Ssa>();
          Ssa start = f.mul(group, layout.tile().columns());
          for (int v = 0; v < vectors; v++) {
            columns.add(vector(f, data, f.add(start, (long) v * lanes)));
          }
          Ssa along = f.ir.address(TableFunction.pointer("A"), "i32", group);
          for (int r = 0; r < rows; r++) {
            Ssa row = f.ir.splat(f.load("i32", along, Ir.i64(r * layout.rowStride() / 4)), lanes);
            for (int v = 0; v < vectors; v++) {
              String sum = sums.get(r * vectors + v);
              Ssa before = f.ir.loadSlot(sum, "i32", lanes);
              f.ir.storeSlot(sum, ByteDot.multiplyAdd(f.ir, before, row, columns.get(v)));
            }
          }
        });
    store(f, sums.stream().map(sum -> f.ir.loadSlot(sum, "i32", lanes)).toList());
    return f.text("internal");
  }

  /// Fetches the lines of a step.
  void fetch(TableFunction f, Ssa step) {
    Ssa lines = f.mul(step, ahead * ByteLayout.LINE);
    for (int i = 0; i < ahead; i++) {
      Ssa at = f.add(lines, i * ByteLayout.LINE);
      f.ir.prefetch(f.ir.address(TableFunction.pointer("next"), "i8", at), 2);
    }
  }

  /// Stores the registers of the tile, row by row.
  void store(TableFunction f, List<Ssa> tile) {
    for (int i = 0; i < tile.size(); i++) {
      f.store(tile.get(i), TableFunction.pointer("T"), Ir.i64((long) i * layout.tile().lanes()));
    }
  }

  /// What the tile begins with, row by row.
  List<Ssa> terms(TableFunction f) {
    int lanes = layout.tile().lanes();
    var all = new ArrayList<Ssa>();
    for (int r = 0; r < rows; r++) {
      Ssa row =
          f.ir.address(
              TableFunction.pointer("A"), "i8", Ir.i64(r * layout.rowStride() + layout.rowTerms()));
      for (int v = 0; v < layout.tile().vectors(); v++) {
        Ssa sum = Ir.integer("i32", lanes, 0);
        if (first) sum = f.ir.binary("add", sum, term(f, row, 0, 0, v));
        if (second) sum = f.ir.binary("add", sum, term(f, row, 1, layout.secondTerms(), v));
        all.add(sum);
      }
    }
    return all;
  }

  private Ssa term(TableFunction f, Ssa row, int number, long columnTerms, int v) {
    int lanes = layout.tile().lanes();
    Ssa columns = f.ir.address(TableFunction.pointer("B"), "i8", Ir.i64(columnTerms));
    Ssa ofColumns = vector(f, columns, Ir.i64((long) v * lanes));
    return f.ir.binary("mul", f.ir.splat(f.load("i32", row, Ir.i64(number)), lanes), ofColumns);
  }

  private Ssa vector(TableFunction f, Ssa pointer, Ssa index) {
    int lanes = layout.tile().lanes();
    Ssa address = f.ir.address(pointer, "i32", index);
    return f.ir.emit(
        "i32", lanes, "load " + Ssa.type("i32", lanes) + ", " + address.typed() + ", align 4");
  }
}
