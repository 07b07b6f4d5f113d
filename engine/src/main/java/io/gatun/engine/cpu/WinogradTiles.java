package io.gatun.engine.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The functions that transform tiles: input to what is multiplied, products to results.
final class WinogradTiles {
  private static final int POINTS = WinogradTransforms.POINTS;
  private static final int SIDE = WinogradTransforms.RESULTS;

  private final IrModule module;
  private final WinogradPlan plan;
  private final WinogradImage image;
  private final TileShape tile;

  WinogradTiles(IrModule module, WinogradPlan plan) {
    this.module = module;
    this.plan = plan;
    image = plan.image();
    tile = plan.tile();
  }

  private interface Pixels {
    /// Address of a pixel's first channel, by its place in the tile.
    Ssa at(int row, int column);
  }

  /// Adds `void name(ptr table, ptr to, ptr zeros, i64 begin, i64 end)`, which transforms the
  /// strips from `begin` to `end`; `zeros` are as many as there are channels.
  void defineInput(String name, List<Integer> slots) {
    var f =
        new TableFunction(
            module, name, "ptr %table, ptr %to, ptr %zeros, i64 %begin, i64 %end", slots);
    Ssa begin = TableFunction.parameter("begin");
    f.scope.loop(
        begin,
        TableFunction.parameter("end"),
        1,
        true,
        strip -> {
          Ssa row = f.div(strip, plan.stripsPerRow());
          Ssa across = f.mul(f.rem(strip, plan.stripsPerRow()), plan.stripTiles());
          Ssa y = f.mul(f.rem(row, plan.tileRows()), SIDE);
          Ssa origin = image.origin(f, f.div(row, plan.tileRows()));
          Ssa first = f.mul(f.ir.binary("sub", strip, begin), plan.stripTiles());
          f.scope.loop(
              Ir.i64(0),
              Ir.i64(plan.stripTiles()),
              1,
              true,
              i -> {
                Ssa x = f.mul(f.add(across, i), SIDE);
                Ssa place = f.add(origin, f.mul(y, image.rowPitch()));
                place = f.add(place, f.mul(x, image.pixelPitch()));
                Ssa from =
                    f.ir.address(f.exprs.pointer(image.load().buffer()), tile.element(), place);
                Ssa to =
                    f.ir.address(
                        TableFunction.pointer("to"),
                        tile.element(),
                        f.mul(f.add(first, i), plan.inputPitch()));
                input(f, f.add(y, -image.top()), f.add(x, -image.left()), from, to);
              });
        });
    f.define("internal");
  }

  private Ssa pixel(TableFunction f, Ssa from, int row, int column) {
    long at = row * image.rowPitch() + column * image.pixelPitch();
    return f.ir.address(from, tile.element(), Ir.i64(at));
  }

  /// Transforms the tile whose first pixel is at row `y` and column `x` of the image.
  private void input(TableFunction f, Ssa y, Ssa x, Ssa from, Ssa to) {
    Ssa isInside =
        f.ir.binary(
            "and",
            f.ir.binary("icmp ult", y, Math.max(0, image.inputHeight() - POINTS + 1)),
            f.ir.binary("icmp ult", x, Math.max(0, image.inputWidth() - POINTS + 1)));
    f.scope.when(isInside, () -> channels(f, to, (row, column) -> pixel(f, from, row, column)));
    f.scope.when(
        f.ir.binary("xor", isInside, 1),
        () -> {
          var pixels = new ArrayList<Ssa>();
          for (int row = 0; row < POINTS; row++) {
            Ssa isRow = f.ir.binary("icmp ult", f.add(y, row), image.inputHeight());
            for (int column = 0; column < POINTS; column++) {
              Ssa isColumn = f.ir.binary("icmp ult", f.add(x, column), image.inputWidth());
              Ssa isPixel = f.ir.binary("and", isRow, isColumn);
              Ssa pixel = pixel(f, from, row, column);
              pixels.add(f.ir.select(isPixel, pixel, TableFunction.pointer("zeros")));
            }
          }
          channels(f, to, (row, column) -> pixels.get(row * POINTS + column));
        });
  }

  private void channels(TableFunction f, Ssa to, Pixels pixels) {
    int lanes = tile.lanes();
    long whole = image.channels() / lanes * lanes;
    int rest = (int) (image.channels() - whole);
    if (whole > 0) {
      f.scope.loop(Ir.i64(0), Ir.i64(whole), lanes, true, c -> transform(f, to, pixels, c, lanes));
    }
    if (rest > 0) f.scope.block(() -> transform(f, to, pixels, Ir.i64(whole), rest));
  }

  /// Transforms a vector of channels from `c` on. What few rows of the pixels give is stored before
  /// others are read, so that all fits into registers.
  private void transform(TableFunction f, Ssa to, Pixels pixels, Ssa c, int count) {
    for (int group = 0; group < WinogradTransforms.GROUPS; group++) {
      var columns = new ArrayList<List<Ssa>>();
      for (int j = 0; j < POINTS; j++) {
        int column = j;
        var read = new Ssa[POINTS];
        columns.add(
            WinogradTransforms.input(
                f.ir,
                group,
                row -> {
                  if (read[row] == null) read[row] = load(f, pixels.at(row, column), c, count);
                  return read[row];
                }));
      }
      for (int r = 0; r < columns.getFirst().size(); r++) {
        int row = r;
        for (int across = 0; across < WinogradTransforms.GROUPS; across++) {
          var values =
              WinogradTransforms.input(f.ir, across, column -> columns.get(column).get(row));
          for (int i = 0; i < values.size(); i++) {
            int position =
                (WinogradTransforms.firstRow(group) + row) * POINTS
                    + WinogradTransforms.firstRow(across)
                    + i;
            f.store(values.get(i), to, f.add(c, position * plan.inputElements()));
          }
        }
      }
    }
  }

  private Ssa load(TableFunction f, Ssa pixel, Ssa c, int count) {
    Ssa address = f.ir.address(pixel, tile.element(), c);
    return MemoryEmitter.loadFirst(f.ir, address, tile.element(), tile.lanes(), count);
  }

  /// Adds `void name(ptr table, ptr products, ptr to)`, which makes results of a strip's products
  /// with one panel: 4 rows, each of 4 pixels of every tile.
  void defineOutput(String name, List<Integer> slots) {
    var f = new TableFunction(module, name, "ptr %table, ptr %products, ptr %to", slots);
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(plan.stripTiles()),
        1,
        true,
        i ->
            f.scope.loop(
                Ir.i64(0),
                Ir.i64(tile.columns()),
                tile.lanes(),
                true,
                column -> {
                  Ssa from = f.add(f.mul(i, tile.columns()), column);
                  Ssa to = f.add(f.mul(i, (long) SIDE * tile.columns()), column);
                  output(f, from, to);
                }));
    f.define("internal");
  }

  private void output(TableFunction f, Ssa from, Ssa to) {
    var rows = new ArrayList<List<Ssa>>();
    for (int i = 0; i < POINTS; i++) {
      int row = i;
      var products =
          IntStream.range(0, POINTS)
              .mapToObj(
                  j -> {
                    long position = (long) row * POINTS + j;
                    Ssa at = f.add(from, position * plan.productElements());
                    return load(f, TableFunction.pointer("products"), at, tile.lanes());
                  })
              .toList();
      rows.add(WinogradTransforms.output(f.ir, products));
    }
    for (int x = 0; x < SIDE; x++) {
      int column = x;
      var values =
          WinogradTransforms.output(f.ir, rows.stream().map(row -> row.get(column)).toList());
      for (int y = 0; y < SIDE; y++) {
        long pixel = y * SIDE * plan.stripTiles() + x;
        f.store(values.get(y), TableFunction.pointer("to"), f.add(to, pixel * tile.columns()));
      }
    }
  }
}
