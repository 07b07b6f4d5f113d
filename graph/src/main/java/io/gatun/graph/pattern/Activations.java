package io.gatun.graph.pattern;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Unary;
import java.util.Optional;
import java.util.Set;

/// Activation functions: the sigmoid, and what is `x` times a function from 0 to 1 of it.
final class Activations {
  private static final double ROOT = Math.sqrt(2 / Math.PI);
  private static final double CUBIC = 0.044715;

  private Activations() {}

  /// `1 / (1 + exp(-x))`.
  static Optional<Value> sigmoid(Value root) {
    var quotient = Match.operands(root.node(), Binary.Kind.DIV);
    if (quotient.isEmpty()) return Optional.empty();
    var x = logistic(quotient.get(1)).map(node -> new Value(root.builder(), node));
    if (x.isEmpty()) return Optional.empty();
    if (Match.isNumber(quotient.get(0), 1)) return x.map(Value::sigmoid);
    return gated(root, quotient.get(0), x.get().node());
  }

  /// The `x` of `1 + exp(-x)`.
  private static Optional<Node> logistic(Node node) {
    return onePlus(node)
        .flatMap(e -> Match.operand(e, Unary.Kind.EXP))
        .flatMap(n -> Match.operand(n, Unary.Kind.NEG));
  }

  private static Optional<Node> onePlus(Node node) {
    var sum = Match.operands(node, Binary.Kind.ADD);
    if (sum.isEmpty()) return Optional.empty();
    if (Match.isNumber(sum.get(0), 1)) return Optional.of(sum.get(1));
    return Match.isNumber(sum.get(1), 1) ? Optional.of(sum.get(0)) : Optional.empty();
  }

  /// `x * sigmoid(u)`, with `u` a polynomial in `x`.
  static Optional<Value> gate(Value root) {
    var product = Match.operands(root.node(), Binary.Kind.MUL);
    if (product.isEmpty()) return Optional.empty();
    return gate(root, product.get(0), product.get(1))
        .or(() -> gate(root, product.get(1), product.get(0)));
  }

  private static Optional<Value> gate(Value root, Node x, Node gate) {
    return Match.operand(gate, Unary.Kind.SIGMOID).flatMap(u -> gated(root, x, u));
  }

  private static Optional<Value> gated(Value root, Node x, Node u) {
    var polynomial = Polynomial.of(u, x);
    if (polynomial.isEmpty()) return Optional.empty();
    var value = new Value(root.builder(), x);
    if (polynomial.get().is(0, 1)) return Optional.of(Nn.silu(value));
    if (polynomial.get().is(0, 1.702)) return Optional.of(Nn.geluSigmoid(value));
    if (polynomial.get().is(0, 2 * ROOT, 0, 2 * ROOT * CUBIC)) {
      return Optional.of(Nn.geluTanh(value));
    }
    return Optional.empty();
  }

  /// `x / 2 * (1 + erf(x / sqrt(2)))`, or with `tanh` of a polynomial.
  static Optional<Value> gelu(Value root) {
    if (Match.operands(root.node(), Binary.Kind.MUL).isEmpty()
        && Match.operands(root.node(), Binary.Kind.DIV).isEmpty()) {
      return Optional.empty();
    }
    for (Node factor : Product.of(root.node(), Set.of()).factors()) {
      var inner = onePlus(factor);
      if (inner.isEmpty()) continue;
      var erf = Match.operand(inner.get(), Unary.Kind.ERF);
      var tanh = Match.operand(inner.get(), Unary.Kind.TANH);
      if (erf.isEmpty() && tanh.isEmpty()) continue;
      Node u = erf.or(() -> tanh).get();
      double[] wanted =
          erf.isPresent()
              ? new double[] {0, Math.sqrt(0.5)}
              : new double[] {0, ROOT, 0, ROOT * CUBIC};
      var x = variable(root.node(), factor, u, wanted);
      if (x.isPresent()) {
        return x.map(v -> new Value(root.builder(), v))
            .map(v -> erf.isPresent() ? Nn.gelu(v) : Nn.geluTanh(v));
      }
    }
    return Optional.empty();
  }

  /// The `x` of `x / 2 * factor`, in which `u` is that polynomial.
  private static Optional<Node> variable(Node root, Node factor, Node u, double... wanted) {
    return Polynomial.variables(u).stream()
        .filter(x -> Product.of(root, Set.of(x, factor)).is(0.5, x, factor))
        .filter(x -> Polynomial.of(u, x).filter(p -> p.is(wanted)).isPresent())
        .findFirst();
  }
}
