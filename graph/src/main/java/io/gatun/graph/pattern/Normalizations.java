package io.gatun.graph.pattern;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.Shape;
import java.util.Optional;
import java.util.OptionalDouble;

/// Normalizations of the last axis. What is normalized gets the name with gamma 1 and beta 0; a
/// product with a parameter after it becomes gamma, a sum beta.
final class Normalizations {
  /// What is divided by the root of its mean square.
  private record Normal(Node x, double epsilon) {}

  private Normalizations() {}

  /// `(x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon)`.
  static Optional<Value> layerNorm(Value root) {
    return normal(root.node())
        .flatMap(
            normal ->
                centred(normal.x())
                    .map(
                        source -> {
                          var x = new Value(root.builder(), source);
                          return Nn.layerNorm(x, all(x, 1), all(x, 0), normal.epsilon());
                        }));
  }

  /// `x / sqrt(mean(x^2) + epsilon)`.
  static Optional<Value> rmsNorm(Value root) {
    return normal(root.node())
        .map(
            normal -> {
              var x = new Value(root.builder(), normal.x());
              return Nn.rmsNorm(x, all(x, 1), normal.epsilon());
            });
  }

  private static Value all(Value x, double value) {
    return x.scalar(value).broadcastTo(x.dim(-1));
  }

  /// `normalized * gamma`.
  static Optional<Value> gamma(Value root) {
    var operands = Match.operands(root.node(), Binary.Kind.MUL);
    if (operands.isEmpty()) return Optional.empty();
    return scaled(root, operands.get(0), operands.get(1))
        .or(() -> scaled(root, operands.get(1), operands.get(0)));
  }

  private static Optional<Value> scaled(Value root, Node normal, Node factor) {
    boolean layer = Match.function(normal, "layernorm").isPresent();
    boolean free =
        (layer && Match.isNumber(normal.input(2), 0)
                || Match.function(normal, "rmsnorm").isPresent())
            && Match.isNumber(normal.input(1), 1);
    if (!free) return Optional.empty();
    var x = new Value(root.builder(), normal.input(0));
    double epsilon = Match.number(normal.inputs().getLast()).orElseThrow();
    return Match.byColumn(root, factor, x.dim(-1))
        .map(
            gamma ->
                layer ? Nn.layerNorm(x, gamma, all(x, 0), epsilon) : Nn.rmsNorm(x, gamma, epsilon));
  }

  /// `layerNorm + beta`.
  static Optional<Value> beta(Value root) {
    var operands = Match.operands(root.node(), Binary.Kind.ADD);
    if (operands.isEmpty()) return Optional.empty();
    return shifted(root, operands.get(0), operands.get(1))
        .or(() -> shifted(root, operands.get(1), operands.get(0)));
  }

  private static Optional<Value> shifted(Value root, Node normal, Node shift) {
    if (Match.function(normal, "layernorm").isEmpty() || !Match.isNumber(normal.input(2), 0)) {
      return Optional.empty();
    }
    var x = new Value(root.builder(), normal.input(0));
    var gamma = new Value(root.builder(), normal.input(1));
    double epsilon = Match.number(normal.input(3)).orElseThrow();
    return Match.byColumn(root, shift, x.dim(-1))
        .map(beta -> Nn.layerNorm(x, gamma, beta, epsilon));
  }

  /// `x / sqrt(v)`, `x * (1 / sqrt(v))` or `x * rsqrt(v)` with `v = mean(x^2) + epsilon`.
  private static Optional<Normal> normal(Node root) {
    var shape = root.type().shape();
    var quotient = Match.operands(root, Binary.Kind.DIV);
    if (!quotient.isEmpty()) {
      return Match.byRow(quotient.get(1), shape)
          .flatMap(d -> Match.operand(d, Unary.Kind.SQRT))
          .flatMap(v -> normal(quotient.get(0), v));
    }
    var product = Match.operands(root, Binary.Kind.MUL);
    if (product.isEmpty()) return Optional.empty();
    return normal(product.get(0), product.get(1), shape)
        .or(() -> normal(product.get(1), product.get(0), shape));
  }

  private static Optional<Normal> normal(Node x, Node factor, Shape shape) {
    return Match.byRow(factor, shape)
        .flatMap(Normalizations::inverseRoot)
        .flatMap(v -> normal(x, v));
  }

  private static Optional<Node> inverseRoot(Node node) {
    var inverse = Match.operands(node, Binary.Kind.DIV);
    return inverse.isEmpty()
        ? Match.operand(node, Unary.Kind.RSQRT)
        : Optional.of(inverse.get(1))
            .filter(_ -> Match.isNumber(inverse.get(0), 1))
            .flatMap(d -> Match.operand(Match.unshaped(d), Unary.Kind.SQRT));
  }

  private static Optional<Normal> normal(Node x, Node moment) {
    var sum = Match.operands(Match.unshaped(moment), Binary.Kind.ADD);
    if (sum.isEmpty() || x.type().size() == 0) return Optional.empty();
    var epsilon = Match.number(sum.get(1));
    Node mean = epsilon.isPresent() ? sum.get(0) : sum.get(1);
    OptionalDouble known = epsilon.isPresent() ? epsilon : Match.number(sum.get(0));
    if (known.isEmpty()) return Optional.empty();
    return Match.meanOfRows(Match.unshaped(mean))
        .map(square -> Match.operands(square, Binary.Kind.MUL))
        .filter(square -> !square.isEmpty() && square.get(0) == x && square.get(1) == x)
        .map(_ -> new Normal(x, known.getAsDouble()));
  }

  /// The `x` of `x - mean(x)`.
  private static Optional<Node> centred(Node node) {
    var difference = Match.operands(node, Binary.Kind.SUB);
    if (difference.isEmpty()) return Optional.empty();
    Node x = difference.getFirst();
    return Match.byRow(difference.get(1), x.type().shape())
        .flatMap(Match::meanOfRows)
        .filter(rows -> rows == x);
  }
}
