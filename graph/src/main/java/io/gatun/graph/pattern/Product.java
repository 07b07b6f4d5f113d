package io.gatun.graph.pattern;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A node as a known number times nodes that are no products themselves.
record Product(double number, List<Node> factors) {
  private static final int MOST = 16;

  /// The factors of `node`, those in `atoms` left whole.
  static Product of(Node node, Set<Node> atoms) {
    double number = 1;
    var factors = new ArrayList<Node>();
    var work = new ArrayDeque<Node>();
    work.push(node);
    while (!work.isEmpty()) {
      Node next = work.pop();
      var known = Match.number(next);
      var product = Match.operands(next, Binary.Kind.MUL);
      var quotient = Match.operands(next, Binary.Kind.DIV);
      boolean atom = atoms.contains(next) || factors.size() + work.size() > MOST;
      if (known.isPresent()) {
        number *= known.getAsDouble();
      } else if (!atom && !product.isEmpty()) {
        product.forEach(work::push);
      } else if (!atom && !quotient.isEmpty() && Match.number(quotient.get(1)).isPresent()) {
        number /= Match.number(quotient.get(1)).getAsDouble();
        work.push(quotient.get(0));
      } else {
        factors.add(next);
      }
    }
    return new Product(number, factors);
  }

  /// The number and what it is multiplied by: at most one step apart in the graph, for a scale.
  static Product scaled(Node node) {
    double number = 1;
    Node rest = node;
    while (true) {
      var product = Match.operands(rest, Binary.Kind.MUL);
      var quotient = Match.operands(rest, Binary.Kind.DIV);
      if (!product.isEmpty() && Match.number(product.get(1)).isPresent()) {
        number *= Match.number(product.get(1)).getAsDouble();
        rest = product.get(0);
      } else if (!product.isEmpty() && Match.number(product.get(0)).isPresent()) {
        number *= Match.number(product.get(0)).getAsDouble();
        rest = product.get(1);
      } else if (!quotient.isEmpty() && Match.number(quotient.get(1)).isPresent()) {
        number /= Match.number(quotient.get(1)).getAsDouble();
        rest = quotient.get(0);
      } else {
        return new Product(number, List.of(rest));
      }
    }
  }

  /// Whether this is `number * x * y`.
  boolean is(double number, Node x, Node y) {
    return Match.near(this.number, number)
        && factors.size() == 2
        && (factors.get(0) == x && factors.get(1) == y
            || factors.get(0) == y && factors.get(1) == x);
  }
}
