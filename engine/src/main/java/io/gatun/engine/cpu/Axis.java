package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// One dimension of a contraction as a position `0 .. extent - 1`, cut into runs along which some
/// indices are linear. Neighbouring variables are one run where all these indices step through them
/// as through one variable; the innermost of them then stands for all, beyond its own extent, while
/// the others stay 0.
record Axis(List<Run> runs) {

  /// Variables that act as one: `inner` runs over `0 .. extent - 1`.
  record Run(List<Var> outer, Var inner, long extent) {}

  /// The dimension of these variables, outermost first, as `indices` see it.
  static Axis of(List<Var> variables, Collection<Index> indices) {
    var runs = new ArrayList<Run>();
    var proper = variables.stream().filter(v -> v.extent() > 1).toList();
    // A variable of extent 1 occurs in no index.
    for (Var variable : proper.isEmpty() ? List.of(variables.getLast()) : proper) {
      if (!runs.isEmpty() && merge(runs.getLast(), variable, indices)) {
        var last = runs.removeLast();
        var outer = new ArrayList<>(last.outer);
        outer.add(last.inner);
        runs.add(new Run(List.copyOf(outer), variable, last.extent * variable.extent()));
      } else {
        runs.add(new Run(List.of(), variable, variable.extent()));
      }
    }
    return new Axis(List.copyOf(runs));
  }

  private static boolean merge(Run run, Var next, Collection<Index> indices) {
    return indices.stream()
        .allMatch(
            i ->
                i.isAffineIn(List.of(run.inner, next))
                    && i.coefficient(run.inner) == i.coefficient(next) * next.extent());
  }

  long extent() {
    return runs.stream().mapToLong(Run::extent).reduce(1, Math::multiplyExact);
  }

  Run innermost() {
    return runs.getLast();
  }

  /// Binds the variables for this position.
  void bind(Ir ir, Scope scope, Ssa position) {
    Ssa rest = position;
    for (int i = runs.size() - 1; i >= 0; i--) {
      Run run = runs.get(i);
      for (Var variable : run.outer) scope.bind(variable, Ir.i64(0));
      scope.bind(run.inner, i == 0 ? rest : ir.binary("urem", rest, run.extent));
      if (i > 0) rest = ir.binary("udiv", rest, run.extent);
    }
  }
}
