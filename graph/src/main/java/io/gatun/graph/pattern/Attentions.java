package io.gatun.graph.pattern;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.pass.Known;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
    var keys = rows(new Value(root.builder(), k.factors().getFirst()), kt);
    var fewer = shared(keys);
    var values = shared(v);
    return fewer.isPresent() && values.isPresent() && sameHeads(fewer.get(), values.get())
        ? mask.attention(known, queries, fewer.get(), values.get(), scale)
        : mask.attention(known, queries, keys, v, scale);
  }

  /// The keys, one a row.
  private static Value rows(Value keys, boolean areRows) {
    int last = keys.rank() - 1;
    if (areRows) return keys;
    return keys.node().op() instanceof Transpose(var order) && order.equals(swapped(last + 1))
        ? new Value(keys.builder(), keys.node().input(0))
        : keys.swapAxes(-2, -1);
  }

  /// The axes with the last two in turn.
  private static List<Integer> swapped(int rank) {
    var order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    Collections.swap(order, rank - 2, rank - 1);
    return order;
  }

  /// Keys or values without the repeats for the heads of queries that share one: one head that was
  /// stretched to all, or `[..., heads, 1, t, d]`, stretched along the 1 and reshaped to as many.
  private static Optional<Value> shared(Value repeated) {
    boolean isMerged = repeated.node().op() instanceof Reshape;
    Node stretched = isMerged ? repeated.node().input(0) : repeated.node();
    if (!(stretched.op() instanceof Broadcast(Shape shape))) return Optional.empty();
    var once = new Value(repeated.builder(), stretched.input(0));
    int axis = shape.rank() - 3;
    boolean isRepeat =
        axis >= (isMerged ? 1 : 0)
            && once.rank() == shape.rank()
            && once.dim(axis) == 1
            && once.shape().with(axis, shape.dim(axis)).equals(shape);
    if (!isRepeat) return Optional.empty();
    if (!isMerged) return Optional.of(once);
    var merged = new ArrayList<>(shape.dims());
    merged.set(axis, merged.get(axis - 1) * merged.get(axis));
    merged.remove(axis - 1);
    return repeated.shape().dims().equals(merged)
        ? Optional.of(once.reshape(once.shape().without(List.of(axis))))
        : Optional.empty();
  }

  private static boolean sameHeads(Value keys, Value values) {
    return leading(keys.shape()).equals(leading(values.shape()));
  }

  private static List<Integer> leading(Shape shape) {
    return shape.dims().subList(0, shape.rank() - 2);
  }

  /// Whether the heads of the product of queries and keys are those of the values.
  private static boolean fits(Node product, Value v) {
    return product.type().dtype().isFloat()
        && product.type().shape().rank() == v.rank()
        && leading(product.type().shape()).equals(leading(v.shape()))
        && product.type().size() > 0;
  }
}
