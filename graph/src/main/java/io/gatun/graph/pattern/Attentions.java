package io.gatun.graph.pattern;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.pass.Known;
import java.util.List;
import java.util.Optional;

/// The softmax of the last axis and attention, which has one inside.
///
/// @param known tells what a mask is, where it follows from constants
record Attentions(Known known) {
  /// `exp(x - max(x)) / sum(exp(x - max(x)))`.
  static Optional<Value> softmax(Value root) {
    var quotient = Match.operands(root.node(), Binary.Kind.DIV);
    if (quotient.isEmpty()) return Optional.empty();
    Node e = quotient.get(0);
    return Match.byRow(quotient.get(1), e.type().shape())
        .flatMap(sum -> reduced(sum, Reduce.Kind.SUM))
        .filter(summed -> summed == e)
        .flatMap(_ -> Match.operand(e, Unary.Kind.EXP))
        .map(shifted -> Match.operands(shifted, Binary.Kind.SUB))
        .filter(d -> !d.isEmpty() && isMaximum(d.get(0), d.get(1)))
        .map(d -> Nn.softmax(new Value(root.builder(), d.get(0))));
  }

  private static boolean isMaximum(Node x, Node max) {
    return Match.byRow(max, x.type().shape())
        .flatMap(m -> reduced(m, Reduce.Kind.MAX))
        .filter(rows -> rows == x)
        .isPresent();
  }

  /// What is folded over the last axis.
  private static Optional<Node> reduced(Node node, Reduce.Kind kind) {
    return node.op() instanceof Reduce(var k, var axes, _)
            && k == kind
            && axes.equals(List.of(node.input(0).type().shape().rank() - 1))
        ? Optional.of(node.input(0))
        : Optional.empty();
  }

  /// `softmax(scale q k^T + mask) v`, with the scale at any of the places where it may stand.
  Optional<Value> attention(Value root) {
    if (!(root.node().op() instanceof MatMul(boolean ta, boolean tb)) || ta || tb) {
      return Optional.empty();
    }
    var weights = Weights.of(root.node().input(0));
    if (weights.isEmpty()) return Optional.empty();
    var mask = Mask.of(weights.get(), root.builder(), known);
    var scores = Product.scaled(mask.scores());
    Node product = Match.unshaped(scores.factors().getFirst());
    if (!(product.op() instanceof MatMul(boolean qt, boolean kt)) || qt) return Optional.empty();
    var q = Product.scaled(product.input(0));
    var k = Product.scaled(product.input(1));
    var v = new Value(root.builder(), root.node().input(1));
    double scale = scores.number() * q.number() * k.number();
    if (!fits(product, v) || !mask.scores().type().equals(product.type())) return Optional.empty();
    var queries = new Value(root.builder(), q.factors().getFirst());
    var keys = new Value(root.builder(), k.factors().getFirst());
    return mask.attention(known, queries, kt ? keys : keys.swapAxes(-2, -1), v, scale);
  }

  /// Whether the heads of the product of queries and keys are those of the values.
  private static boolean fits(Node product, Value v) {
    var heads = product.type().shape().dims();
    var values = v.shape().dims();
    int rank = heads.size();
    return product.type().dtype().isFloat()
        && rank == values.size()
        && heads.subList(0, rank - 2).equals(values.subList(0, rank - 2))
        && product.type().size() > 0;
  }
}
