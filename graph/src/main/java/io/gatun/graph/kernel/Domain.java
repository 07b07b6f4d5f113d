package io.gatun.graph.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Makes the loop variables of a kernel. A dimension that some index divides (a reshape has merged
/// axes there) is split into several variables, so that the division disappears.
final class Domain {
  /// The variables of one dimension, outermost first, and the index that they make up.
  record Dimension(List<Var> variables, Index index) {}

  private final Map<String, TreeSet<Long>> cuts = new HashMap<>();
  private final Map<Var, String> dimensionOf = new HashMap<>();
  private int count;

  /// The dimension `name`, split at the cuts found so far. A cut is a number of elements, counted
  /// from the inside, at which one variable ends and the next begins.
  Dimension dimension(String name, int extent) {
    var variables = new ArrayList<Var>();
    Index index = Index.ZERO;
    long above = extent;
    for (long cut : cuts.getOrDefault(name, new TreeSet<>()).descendingSet()) {
      if (cut <= 1 || cut >= above || above % cut != 0) continue;
      var part = variable(name, variables.size(), above / cut);
      variables.add(part);
      index = index.plus(Index.of(part).times(cut));
      above = cut;
    }
    var last = variable(name, variables.size(), above);
    variables.add(last);
    return new Dimension(List.copyOf(variables), index.plus(Index.of(last)));
  }

  private Var variable(String dimension, int part, long extent) {
    var variable = new Var(count++, part == 0 ? dimension : dimension + "_" + part, (int) extent);
    dimensionOf.put(variable, dimension);
    return variable;
  }

  /// Records a cut where one variable alone is divided by a number that divides its extent; false
  /// when there is nothing to gain.
  boolean cut(Index dividend, long divisor) {
    if (dividend.terms().size() != 1 || dividend.constant() != 0) return false;
    var term = dividend.terms().entrySet().iterator().next();
    if (!(term.getKey() instanceof Var variable) || term.getValue() != 1) return false;
    if (variable.extent() % divisor != 0) return false;
    String name = dimensionOf.get(variable);
    long below = 1;
    for (var other : dimensionOf.entrySet()) {
      if (other.getValue().equals(name) && other.getKey().id() > variable.id()) {
        below *= other.getKey().extent();
      }
    }
    return cuts.computeIfAbsent(name, _ -> new TreeSet<>()).add(below * divisor);
  }

  /// Forgets the variables but not the cuts.
  void restart() {
    dimensionOf.clear();
    count = 0;
  }
}
