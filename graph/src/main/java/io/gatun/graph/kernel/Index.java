package io.gatun.graph.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// An integer expression in canonical form: `constant + sum of coefficient * atom`. Division rounds
/// down and, like the remainder, wants a positive divisor; both are simplified away where the
/// ranges of the variables allow, so that undoing a reshape gives back the very variables.
public record Index(long constant, Map<Index.Atom, Long> terms) {

  /// An indivisible part of an index, with its inclusive range.
  public sealed interface Atom permits Var, Div, Mod, Loaded {
    long min();

    long max();
  }

  /// `floor(of / by)`
  public record Div(Index of, long by) implements Atom {
    @Override
    public long min() {
      return Math.floorDiv(of.min(), by);
    }

    @Override
    public long max() {
      return Math.floorDiv(of.max(), by);
    }

    @Override
    public String toString() {
      return "(" + of + ")/" + by;
    }
  }

  /// `of - by * floor(of / by)`
  public record Mod(Index of, long by) implements Atom {
    @Override
    public long min() {
      return 0;
    }

    @Override
    public long max() {
      return by - 1;
    }

    @Override
    public String toString() {
      return "(" + of + ")%" + by;
    }
  }

  /// An integer read from memory, clamped to `0 .. limit - 1`: the index of a gather.
  public record Loaded(Expr value, long limit) implements Atom {
    @Override
    public long min() {
      return 0;
    }

    @Override
    public long max() {
      return Math.max(0, limit - 1);
    }

    @Override
    public String toString() {
      return "[" + value + "]";
    }
  }

  public static final Index ZERO = new Index(0, Map.of());

  /// Drops terms with coefficient zero.
  public Index {
    var kept = new LinkedHashMap<Atom, Long>();
    terms.forEach(
        (atom, coefficient) -> {
          if (coefficient != 0) kept.put(atom, coefficient);
        });
    terms = Collections.unmodifiableMap(kept);
  }

  public static Index of(long constant) {
    return constant == 0 ? ZERO : new Index(constant, Map.of());
  }

  /// The position in the space of some variables, the last one innermost.
  public static Index rowMajor(List<Var> variables) {
    Index position = ZERO;
    for (Var variable : variables) {
      position = position.times(variable.extent()).plus(of(variable));
    }
    return position;
  }

  /// The value of an atom; a variable of extent 1 is the constant 0.
  public static Index of(Atom atom) {
    return atom.min() == atom.max() ? of(atom.min()) : new Index(0, Map.of(atom, 1L));
  }

  /// Row-major position of `index` in an array of these strides.
  public static Index flat(List<Index> index, long[] strides) {
    Index flat = ZERO;
    for (int axis = 0; axis < strides.length; axis++) {
      flat = flat.plus(index.get(axis).times(strides[axis]));
    }
    return flat;
  }

  /// Coordinates of a row-major position in an array of these dimensions.
  public static List<Index> unflatten(Index flat, List<Integer> dims) {
    var index = new ArrayList<Index>();
    for (int axis = dims.size() - 1; axis > 0; axis--) {
      int dim = Math.max(1, dims.get(axis));
      index.addFirst(flat.mod(dim));
      flat = flat.div(dim);
    }
    if (!dims.isEmpty()) index.addFirst(flat);
    return index;
  }

  public Index plus(Index other) {
    var sum = new LinkedHashMap<>(terms);
    other.terms.forEach((atom, c) -> sum.merge(atom, c, Math::addExact));
    return rejoined(new Index(Math.addExact(constant, other.constant), sum));
  }

  /// `by * (x / by) + x % by` is `x`.
  private static Index rejoined(Index sum) {
    for (var term : sum.terms.entrySet()) {
      if (!(term.getKey() instanceof Mod(Index of, long by))) continue;
      long factor = term.getValue();
      Index quotient = of.div(by).times(Math.multiplyExact(factor, by));
      boolean whole =
          quotient.constant == 0
              && !quotient.terms.isEmpty()
              && sum.terms.entrySet().containsAll(quotient.terms.entrySet());
      if (!whole) continue;
      var rest = new LinkedHashMap<>(sum.terms);
      rest.remove(term.getKey());
      rest.keySet().removeAll(quotient.terms.keySet());
      return new Index(sum.constant, rest).plus(of.times(factor));
    }
    return sum;
  }

  public Index plus(long value) {
    return value == 0 ? this : new Index(Math.addExact(constant, value), terms);
  }

  public Index minus(Index other) {
    return plus(other.times(-1));
  }

  public Index times(long factor) {
    if (factor == 1) return this;
    var product = new LinkedHashMap<Atom, Long>();
    terms.forEach((atom, c) -> product.put(atom, Math.multiplyExact(c, factor)));
    return new Index(Math.multiplyExact(constant, factor), product);
  }

  /// `floor(this / by)`
  public Index div(long by) {
    if (by == 1) return this;
    Index rest = remainderTerms(by);
    Index whole = minus(rest).exactDiv(by);
    if (rest.min() >= 0 && rest.max() < by) return whole;
    long divisor = rest.commonDivisor(by);
    if (divisor > 1) {
      // floor((g x + r) / (g e)) = floor(x / e) for 0 <= r < g
      Index reduced = rest.minus(of(Math.floorMod(rest.constant, divisor))).exactDiv(divisor);
      return whole.plus(reduced.div(by / divisor));
    }
    if (rest.constant == 0 && rest.terms.size() == 1) {
      var only = rest.terms.entrySet().iterator().next();
      if (only.getKey() instanceof Div(Index of, long inner) && only.getValue() == 1) {
        return whole.plus(of.div(Math.multiplyExact(inner, by)));
      }
    }
    return whole.plus(of(new Div(rest, by)));
  }

  /// `this - by * floor(this / by)`
  public Index mod(long by) {
    if (by == 1) return ZERO;
    Index rest = remainderTerms(by);
    if (rest.min() >= 0 && rest.max() < by) return rest;
    long divisor = rest.commonDivisor(by);
    if (divisor > 1) {
      long low = Math.floorMod(rest.constant, divisor);
      return rest.minus(of(low)).exactDiv(divisor).mod(by / divisor).times(divisor).plus(low);
    }
    return of(new Mod(rest, by));
  }

  /// The terms that `by` does not divide, and the constant's remainder.
  private Index remainderTerms(long by) {
    var rest = new LinkedHashMap<Atom, Long>();
    terms.forEach(
        (atom, c) -> {
          if (c % by != 0) rest.put(atom, c);
        });
    return new Index(Math.floorMod(constant, by), rest);
  }

  private Index exactDiv(long by) {
    var quotient = new LinkedHashMap<Atom, Long>();
    terms.forEach((atom, c) -> quotient.put(atom, c / by));
    return new Index(constant / by, quotient);
  }

  /// The same function with other variables and other loaded values.
  ///
  /// @param to what stands for a variable; nothing where it is 0
  public Index renamed(Function<Var, Optional<Var>> to, UnaryOperator<Expr> loaded) {
    var renamed = new LinkedHashMap<Atom, Long>();
    terms.forEach(
        (atom, coefficient) -> {
          Optional<? extends Atom> other =
              switch (atom) {
                case Var variable -> to.apply(variable);
                case Div(Index of, long by) -> Optional.of(new Div(of.renamed(to, loaded), by));
                case Mod(Index of, long by) -> Optional.of(new Mod(of.renamed(to, loaded), by));
                case Loaded(Expr value, long limit) ->
                    Optional.of(new Loaded(loaded.apply(value), limit));
              };
          other.ifPresent(o -> renamed.merge(o, coefficient, Long::sum));
        });
    return new Index(constant, renamed);
  }

  /// Greatest common divisor of `by` and all coefficients (not of the constant).
  private long commonDivisor(long by) {
    long divisor = by;
    for (long c : terms.values()) divisor = gcd(divisor, Math.abs(c));
    return divisor;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /// Least value over the ranges of the atoms.
  public long min() {
    long min = constant;
    for (var term : terms.entrySet()) {
      long c = term.getValue();
      min += c * (c > 0 ? term.getKey().min() : term.getKey().max());
    }
    return min;
  }

  /// Greatest value over the ranges of the atoms.
  public long max() {
    return -times(-1).min();
  }

  public boolean isConstant() {
    return terms.isEmpty();
  }

  /// The factor of this variable where it occurs as a term of its own; 0 elsewhere.
  public long coefficient(Var variable) {
    return terms.getOrDefault(variable, 0L);
  }

  /// True when a variable that satisfies `test` occurs anywhere, also inside divisions and loads.
  public boolean anyVar(Predicate<Var> test) {
    var variables = new HashSet<Var>();
    collectVariables(variables);
    return variables.stream().anyMatch(test);
  }

  /// Adds every variable that occurs, also inside divisions and loads.
  void collectVariables(Set<Var> variables) {
    for (Atom atom : terms.keySet()) {
      switch (atom) {
        case Var v -> variables.add(v);
        case Div(Index of, _) -> of.collectVariables(variables);
        case Mod(Index of, _) -> of.collectVariables(variables);
        case Loaded(Expr value, _) -> variables.addAll(value.variables());
      }
    }
  }

  /// The values read from memory that the index depends on.
  public List<Expr> loaded() {
    var values = new ArrayList<Expr>();
    for (Atom atom : terms.keySet()) {
      switch (atom) {
        case Var _ -> {}
        case Div(Index of, _) -> values.addAll(of.loaded());
        case Mod(Index of, _) -> values.addAll(of.loaded());
        case Loaded(Expr value, _) -> values.add(value);
      }
    }
    return values;
  }

  /// Calls `visitor` with the dividend and divisor of every division and remainder.
  void eachDivision(BiConsumer<Index, Long> visitor) {
    for (Atom atom : terms.keySet()) {
      switch (atom) {
        case Var _, Loaded _ -> {}
        case Div(Index of, long by) -> {
          visitor.accept(of, by);
          of.eachDivision(visitor);
        }
        case Mod(Index of, long by) -> {
          visitor.accept(of, by);
          of.eachDivision(visitor);
        }
      }
    }
  }

  /// True when an index read from memory depends on a fold.
  boolean usesFold() {
    return terms.keySet().stream()
        .anyMatch(
            atom ->
                switch (atom) {
                  case Var _ -> false;
                  case Div(Index of, _) -> of.usesFold();
                  case Mod(Index of, _) -> of.usesFold();
                  case Loaded(Expr value, _) -> value.usesFold();
                });
  }

  /// True when these variables occur only as linear terms.
  public boolean isAffineIn(Collection<Var> variables) {
    return terms.keySet().stream()
        .allMatch(atom -> atom instanceof Var || !of(atom).anyVar(variables::contains));
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    terms.forEach(
        (atom, c) -> {
          if (!text.isEmpty()) text.append(c < 0 ? " - " : " + ");
          else if (c < 0) text.append('-');
          if (Math.abs(c) != 1) text.append(Math.abs(c)).append('*');
          text.append(atom);
        });
    if (text.isEmpty()) return Long.toString(constant);
    if (constant != 0) text.append(constant < 0 ? " - " : " + ").append(Math.abs(constant));
    return text.toString();
  }
}
