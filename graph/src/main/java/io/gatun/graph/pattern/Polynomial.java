package io.gatun.graph.pattern;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Unary;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Arithmetic in one node as a polynomial, so that `c * (x + a * x * x * x)` is one pattern however
/// it is bracketed: element `i` is the factor of `x^i`.
record Polynomial(double... factors) {
  private static final int MOST = 4;
  private static final int DEEPEST = 8;

  /// Whether the factors are these, to the digits that exporters write.
  boolean is(double... wanted) {
    for (int i = 0; i < Math.max(factors.length, wanted.length); i++) {
      double factor = i < factors.length ? factors[i] : 0;
      double want = i < wanted.length ? wanted[i] : 0;
      if (want == 0 ? factor != 0 : !Match.near(factor, want)) return false;
    }
    return true;
  }

  /// The value `node` as a polynomial in `x`; empty where it is none or of a high degree.
  static Optional<Polynomial> of(Node node, Node x) {
    return of(node, x, 0);
  }

  private static Optional<Polynomial> of(Node node, Node x, int depth) {
    if (node == x) return Optional.of(new Polynomial(0, 1));
    var number = Match.number(node);
    if (number.isPresent()) return Optional.of(new Polynomial(number.getAsDouble()));
    if (depth == DEEPEST) return Optional.empty();
    if (node.op() instanceof Unary(var kind) && kind == Unary.Kind.NEG) {
      return of(node.input(0), x, depth + 1).map(p -> p.times(new Polynomial(-1)));
    }
    if (!(node.op() instanceof Binary(var kind))) return Optional.empty();
    return switch (kind) {
      case ADD, SUB, MUL, DIV ->
          of(node.input(0), x, depth + 1)
              .flatMap(a -> of(node.input(1), x, depth + 1).flatMap(b -> combine(kind, a, b)));
      case REM, MAX, MIN, POW, AND, OR, XOR, EQ, NE, LT, LE, GT, GE -> Optional.empty();
    };
  }

  private static Optional<Polynomial> combine(Binary.Kind kind, Polynomial a, Polynomial b) {
    if (kind == Binary.Kind.MUL) {
      return a.factors.length + b.factors.length <= MOST + 1
          ? Optional.of(a.times(b))
          : Optional.empty();
    }
    if (kind == Binary.Kind.DIV) {
      return b.factors.length == 1
          ? Optional.of(a.times(new Polynomial(1 / b.factors[0])))
          : Optional.empty();
    }
    double sign = kind == Binary.Kind.SUB ? -1 : 1;
    var sum = Arrays.copyOf(a.factors, Math.max(a.factors.length, b.factors.length));
    for (int i = 0; i < b.factors.length; i++) sum[i] += sign * b.factors[i];
    return Optional.of(new Polynomial(sum));
  }

  private Polynomial times(Polynomial other) {
    var product = new double[factors.length + other.factors.length - 1];
    for (int i = 0; i < factors.length; i++) {
      for (int j = 0; j < other.factors.length; j++) {
        product[i + j] += factors[i] * other.factors[j];
      }
    }
    return new Polynomial(product);
  }

  /// What `node` could be a polynomial in: the operands of its arithmetic, the nearest first.
  static Set<Node> variables(Node node) {
    var found = new LinkedHashSet<Node>();
    var work = new ArrayDeque<Node>();
    work.add(node);
    while (!work.isEmpty() && found.size() < 1 << DEEPEST) {
      Node next = work.remove();
      if (Match.number(next).isPresent() || !found.add(next)) continue;
      if (next.op() instanceof Binary(var kind)) {
        switch (kind) {
          case ADD, SUB, MUL, DIV -> work.addAll(next.inputs());
          case REM, MAX, MIN, POW, AND, OR, XOR, EQ, NE, LT, LE, GT, GE -> {}
        }
      }
    }
    return found;
  }
}
