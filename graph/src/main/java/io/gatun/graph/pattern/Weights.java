package io.gatun.graph.pattern;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Select;
import java.util.Optional;

/// The weights of an attention: a softmax over the keys.
///
/// @param scores what the softmax is of
/// @param zeroed whether a row that would be NaN, for it sees no key, is zeros instead
record Weights(Node scores, boolean zeroed) {
  static Optional<Weights> of(Node node) {
    return unmarked(node)
        .flatMap(Weights::softmax)
        .map(scores -> new Weights(scores, true))
        .or(() -> softmax(node).map(scores -> new Weights(scores, false)));
  }

  /// What the softmax is of, reshapes around it undone.
  private static Optional<Node> softmax(Node node) {
    Node weights = Match.unshaped(node);
    if (Match.function(weights, "softmax").isEmpty()) return Optional.empty();
    Node scores = weights.input(0);
    if (scores.type().equals(node.type())) return Optional.of(scores);
    Node source = Match.unshaped(scores);
    var wanted = node.type().shape();
    var rows = weights.type().shape();
    return source.type().equals(node.type())
            && wanted.dim(wanted.rank() - 1) == rows.dim(rows.rank() - 1)
        ? Optional.of(source)
        : Optional.empty();
  }

  /// The `x` of `isNaN(x) ? 0 : x`.
  private static Optional<Node> unmarked(Node node) {
    if (!(node.op() instanceof Select)) return Optional.empty();
    Node x = node.input(2);
    var test = Match.operands(node.input(0), Binary.Kind.NE);
    boolean isTest = !test.isEmpty() && test.get(0) == x && test.get(1) == x;
    return isTest && Match.isNumber(node.input(1), 0) ? Optional.of(x) : Optional.empty();
  }
}
