package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Var;
import java.util.List;
import java.util.function.Consumer;

/// Loops over an axis, one for each of its runs, with the position along the axis.
record RunLoops(TableFunction f, Axis axis) {

  /// Every position in turn.
  void each(Consumer<Ssa> body) {
    nest(
        0,
        Ir.i64(0),
        (run, start) ->
            f.scope.loop(
                Ir.i64(0),
                Ir.i64(run.extent()),
                1,
                true,
                i -> {
                  bind(run, i);
                  body.accept(f.add(start, i));
                }));
  }

  /// Vectors of `width` positions along the innermost run, with the lanes set; the last vector of a
  /// run may reach beyond it, its lanes there read nothing.
  void eachVector(int width, Consumer<Ssa> body) {
    nest(
        0,
        Ir.i64(0),
        (run, start) -> {
          long whole = run.extent() / width * width;
          if (whole > 0) {
            f.scope.loop(
                Ir.i64(0),
                Ir.i64(whole),
                width,
                true,
                i -> {
                  bind(run, i);
                  f.exprs.use(Lanes.full(run.inner(), width, 1));
                  body.accept(f.add(start, i));
                });
          }
          int rest = (int) (run.extent() - whole);
          if (rest > 0) {
            f.scope.block(
                () -> {
                  bind(run, Ir.i64(whole));
                  f.exprs.use(Lanes.of(run.inner(), width, rest));
                  body.accept(f.add(start, whole));
                });
          }
        });
  }

  private interface Innermost {
    void emit(Axis.Run run, Ssa start);
  }

  private void nest(int depth, Ssa start, Innermost body) {
    List<Axis.Run> runs = axis.runs();
    Axis.Run run = runs.get(depth);
    if (depth == runs.size() - 1) {
      body.emit(run, start);
      return;
    }
    long inner = 1;
    for (var r : runs.subList(depth + 1, runs.size())) inner *= r.extent();
    long size = inner;
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(run.extent()),
        1,
        true,
        i -> {
          bind(run, i);
          nest(depth + 1, f.add(start, f.mul(i, size)), body);
        });
  }

  private void bind(Axis.Run run, Ssa position) {
    for (Var variable : run.outer()) f.scope.bind(variable, Ir.i64(0));
    f.scope.bind(run.inner(), position);
  }
}
