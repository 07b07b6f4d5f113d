package io.gatun.engine.cuda.lowering;

import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Loop variables, outermost first, joined where all indices step through neighbours as through one
/// variable: the innermost of a run then stands for all, beyond its own extent, while the others
/// stay 0.
record Runs(List<Run> runs) {

  /// Variables that act as one: `inner` runs over `0 .. extent - 1`.
  record Run(List<Var> still, Var inner, long extent) {}

  Runs {
    runs = List.copyOf(runs);
  }

  /// The runs of these variables as `indices` see them; none for variables of extent 1.
  static Runs of(List<Var> variables, Collection<Index> indices) {
    var runs = new ArrayList<Run>();
    for (Var variable : variables) {
      if (variable.extent() == 1) continue;
      if (!runs.isEmpty() && isJoined(runs.getLast(), variable, indices)) {
        var last = runs.removeLast();
        var still = new ArrayList<>(last.still);
        still.add(last.inner);
        runs.add(new Run(List.copyOf(still), variable, last.extent * variable.extent()));
      } else {
        runs.add(new Run(List.of(), variable, variable.extent()));
      }
    }
    return new Runs(runs);
  }

  private static boolean isJoined(Run run, Var next, Collection<Index> indices) {
    return indices.stream()
        .allMatch(
            i ->
                i.isAffineIn(List.of(run.inner, next))
                    && i.coefficient(run.inner) == i.coefficient(next) * next.extent());
  }

  /// The number of points.
  long points() {
    return runs.stream().mapToLong(Run::extent).reduce(1, Math::multiplyExact);
  }

  /// The variables that stand for the runs, outermost first.
  List<Var> variables() {
    return runs.stream().map(Run::inner).toList();
  }

  /// Statements that compute the variables from a position.
  ///
  /// @param position a C++ name of type `Index`, never negative
  String declarations(String position, String indent) {
    var text = new StringBuilder();
    long below = 1;
    var lines = new ArrayList<String>();
    for (int i = runs.size() - 1; i >= 0; i--) {
      var run = runs.get(i);
      String quotient = below == 1 ? position : "(Unsigned)%s / %du".formatted(position, below);
      String value =
          i == 0
              ? quotient
              : "%s %% %du".formatted(below == 1 ? "(Unsigned)" + position : quotient, run.extent);
      lines.addFirst("%sconst Index %s = %s;\n".formatted(indent, run.inner.name(), value));
      below *= run.extent;
    }
    lines.forEach(text::append);
    return text.toString();
  }
}
