package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Var;
import java.util.List;

/// The two functions of a [SplitSum]. The workspace holds a dense tile for each part, tile and
/// panel.
final class SplitLoops {
  private static final String PARAMETERS = "ptr %table, ptr %scratch, i64 %begin, i64 %end";

  private final IrModule module;
  private final String name;
  private final ContractKernel kernel;
  private final List<Integer> slots;
  private final SplitSum split;
  private final int workspace;
  private final TileShape tile;
  private final RowTiles rows;
  private final long panels;

  SplitLoops(
      IrModule module,
      String name,
      ContractKernel kernel,
      List<Integer> slots,
      SplitSum split,
      int workspace) {
    this.module = module;
    this.name = name;
    this.kernel = kernel;
    this.slots = slots;
    this.split = split;
    this.workspace = workspace;
    tile = split.tile();
    rows = new RowTiles(ContractKernel.size(kernel.m()), split.a().group(), tile.rows());
    panels = Math.ceilDiv(ContractKernel.size(kernel.n()), tile.columns());
  }

  Lowered define() {
    split.padded().ifPresent(p -> p.define(module, name + ".image", slots, tile));
    parts();
    sum();
    long bytes = split.parts() * rows.count() * panels * tile.bytes();
    return new Lowered(
        List.of(
            new Lowered.Phase(name + ".parts", split.parts(), 1, split.copyBytes() + 64, false),
            new Lowered.Phase(name, rows.count(), 1, tile.bytes() + 64, false)),
        List.of(Lowered.Workspace.passing(workspace, bytes)));
  }

  /// A unit is one part.
  private void parts() {
    var f = new TableFunction(module, name + ".parts", PARAMETERS, slots);
    Ssa tiles = f.entry(workspace);
    f.scope.loop(
        TableFunction.parameter("begin"),
        TableFunction.parameter("end"),
        1,
        false,
        part -> {
          Ssa first = f.div(f.mul(part, split.positions()), split.parts());
          Ssa last = f.div(f.mul(f.add(part, 1), split.positions()), split.parts());
          f.scope.loop(
              first,
              last,
              1,
              true,
              position -> {
                Ssa adds = f.ir.convert("zext", f.ir.binary("icmp ne", position, first), "i64");
                position(f, tiles, part, position, adds);
              });
        });
    f.define("");
  }

  private void position(TableFunction f, Ssa tiles, Ssa part, Ssa position, Ssa adds) {
    var runs = split.k().runs();
    for (var run : runs) {
      for (Var variable : run.outer()) f.scope.bind(variable, Ir.i64(0));
      f.scope.bind(run.inner(), Ir.i64(0));
    }
    Ssa length = Ir.i64(split.a().run());
    if (split.chunk() > 0) {
      Ssa start = f.mul(position, split.chunk());
      f.scope.bind(runs.getFirst().inner(), start);
      length = f.min(f.ir.binary("sub", length, start), split.chunk());
    } else {
      new Axis(runs.subList(0, split.outer())).bind(f.ir, f.scope, position);
    }
    Ssa steps = length;
    Ssa scratch = TableFunction.pointer("scratch");
    split
        .padded()
        .ifPresent(
            p ->
                f.call(
                    "@" + name + ".image",
                    TableFunction.pointer("table"),
                    scratch,
                    f.exprs.indices().scalar(p.image()),
                    Ir.i64(0),
                    Ir.i64(p.rows())));
    Ssa base = split.padded().isPresent() ? scratch : pointer(f, kernel.a());
    var n = Axis.of(kernel.n(), ContractIndices.of(kernel.b()));
    var m = Axis.of(kernel.m(), List.of(split.offset()));
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(panels),
        1,
        true,
        p -> {
          n.bind(f.ir, f.scope, f.mul(p, tile.columns()));
          var loadB = ContractIndices.plainLoad(kernel.b()).orElseThrow();
          Ssa b =
              f.ir.address(
                  pointer(f, kernel.b()), tile.element(), f.exprs.indices().scalar(loadB.offset()));
          f.scope.loop(
              Ir.i64(0),
              Ir.i64(rows.count()),
              1,
              true,
              t -> {
                m.bind(f.ir, f.scope, rows.first(f, t));
                Ssa a =
                    f.ir.address(base, tile.element(), f.exprs.indices().scalar(split.offset()));
                f.call(
                    microKernel(f, t, p).text(),
                    a,
                    b,
                    f.ir.address(tiles, "i8", f.mul(number(f, part, t, p), tile.bytes())),
                    steps,
                    adds,
                    b,
                    Ir.i64(0),
                    Ir.i64(split.a().segments()),
                    Ir.i64(split.a().segmentStride()),
                    Ir.i64(split.a().kStride()),
                    split.a().groupStride(f, rows.height(f, t)),
                    Ir.i64(split.b().rowStride()));
              });
        });
  }

  private static Ssa pointer(TableFunction f, Expr operand) {
    for (ExprOp.Load load : ContractIndices.loads(operand)) return f.exprs.pointer(load.buffer());
    throw new IllegalStateException("an operand in place is a load");
  }

  private Ssa number(TableFunction f, Ssa part, Ssa t, Ssa p) {
    return f.add(f.mul(f.add(f.mul(part, rows.count()), t), panels), p);
  }

  private Ssa microKernel(TableFunction f, Ssa t, Ssa p) {
    var whole = MicroKernel.of(tile, split.a().rowOffsets(), 0, split.a().run());
    return rows.microKernel(f, t, p, ContractKernel.size(kernel.n()), true, whole);
  }

  /// A unit is one tile of rows: the parts of each of its panels are added in order.
  private void sum() {
    var f = new TableFunction(module, name, PARAMETERS, slots);
    Ssa tiles = f.entry(workspace);
    Ssa scratch = TableFunction.pointer("scratch");
    f.scope.loop(
        TableFunction.parameter("begin"),
        TableFunction.parameter("end"),
        1,
        false,
        t ->
            f.scope.loop(
                Ir.i64(0),
                Ir.i64(panels),
                1,
                true,
                p -> {
                  Ssa first =
                      f.ir.address(tiles, "i8", f.mul(number(f, Ir.i64(0), t, p), tile.bytes()));
                  f.scope.loop(
                      Ir.i64(0),
                      f.mul(rows.height(f, t), tile.columns()),
                      tile.lanes(),
                      true,
                      i -> addParts(f, first, i, scratch));
                  f.call(
                      "@" + name + ".epilogue",
                      TableFunction.pointer("table"),
                      scratch,
                      Ir.i64(0),
                      rows.first(f, t),
                      rows.height(f, t),
                      p);
                }));
    f.define("");
  }

  private void addParts(TableFunction f, Ssa first, Ssa i, Ssa scratch) {
    long pitch = rows.count() * panels * tile.bytes() / tile.dtype().bytes();
    String add = tile.dtype().isFloat() ? "fadd" : "add";
    Ssa sum = part(f, first, i);
    for (long part = 1; part < split.parts(); part++) {
      sum = f.ir.binary(add, sum, part(f, first, f.add(i, part * pitch)));
    }
    f.store(sum, scratch, i);
  }

  private Ssa part(TableFunction f, Ssa first, Ssa i) {
    Ssa address = f.ir.address(first, tile.element(), i);
    String load = "load " + tile.vectorType() + ", " + address.typed();
    return f.ir.emit(tile.element(), tile.lanes(), load + ", align " + tile.dtype().bytes());
  }
}
