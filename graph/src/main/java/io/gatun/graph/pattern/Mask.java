package io.gatun.graph.pattern;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Select;
import io.gatun.graph.pass.Known;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import java.util.Optional;
import java.util.stream.IntStream;

/// What is done to the scores of an attention before their softmax.
///
/// @param scores before it
/// @param visible the keys that count, where it is a choice
/// @param hidden what stands for the scores of the others, or is added to them
/// @param added what is added to the scores
/// @param zeroed whether a query that sees no key gives zeros, not NaN
record Mask(
    Node scores, Optional<Value> visible, double hidden, Optional<Value> added, boolean zeroed) {
  /// A score that is this small counts for nothing beside one that is not.
  private static final double NOTHING = -1e4;

  /// A number that a score is added to without a change.
  private static final double ABYSS = -1e30;

  static Mask of(Weights weights, GraphBuilder builder, Known known) {
    Node scores = weights.scores();
    if (scores.op() instanceof Select) {
      var hidden = Match.number(scores.input(2));
      var visible = new Value(builder, scores.input(0));
      if (hidden.isPresent() && hidden.getAsDouble() <= NOTHING) {
        return chosen(scores.input(1), visible, hidden.getAsDouble(), weights.zeroed());
      }
      hidden = Match.number(scores.input(1));
      if (hidden.isPresent() && hidden.getAsDouble() <= NOTHING) {
        return chosen(scores.input(2), visible.not(), hidden.getAsDouble(), weights.zeroed());
      }
    }
    var sum = Match.operands(scores, Binary.Kind.ADD);
    if (sum.isEmpty()) {
      return new Mask(scores, Optional.empty(), 0, Optional.empty(), weights.zeroed());
    }
    boolean first = isScores(sum.get(0));
    return added(
        first ? sum.get(0) : sum.get(1),
        new Value(builder, first ? sum.get(1) : sum.get(0)),
        weights.zeroed(),
        known);
  }

  private static Mask chosen(Node scores, Value visible, double hidden, boolean zeroed) {
    return new Mask(scores, Optional.of(visible), hidden, Optional.empty(), zeroed);
  }

  private static boolean isScores(Node node) {
    return Match.unshaped(Product.scaled(node).factors().getFirst()).op() instanceof MatMul;
  }

  /// A sum with 0 or a very negative number is a choice.
  private static Mask added(Node scores, Value bias, boolean zeroed, Known known) {
    var source = unstretched(bias);
    if (source.node().op() instanceof Select && Match.isNumber(source.node().input(1), 0)) {
      var hidden = Match.number(source.node().input(2));
      if (hidden.isPresent() && hidden.getAsDouble() <= ABYSS) {
        var visible = new Value(bias.builder(), source.node().input(0));
        return chosen(scores, visible.broadcastTo(bias.shape()), hidden.getAsDouble(), zeroed);
      }
    }
    return known
        .of(source)
        .filter(array -> IntStream.range(0, array.size()).allMatch(i -> isChoice(array.at(i))))
        .map(array -> NdArray.ofLongs(array.type().with(DType.BOOL), i -> array.at(i) == 0 ? 1 : 0))
        .map(mask -> Value.constant(bias.builder(), Literal.of(mask)).broadcastTo(bias.shape()))
        .map(visible -> chosen(scores, visible, Double.NEGATIVE_INFINITY, zeroed))
        .orElseGet(() -> new Mask(scores, Optional.empty(), 0, Optional.of(bias), zeroed));
  }

  private static boolean isChoice(double added) {
    return added == 0 || added <= ABYSS;
  }

  private static Value unstretched(Value value) {
    return value.node().op() instanceof Broadcast
        ? new Value(value.builder(), value.node().input(0))
        : value;
  }

  /// The attention, where it gives the same even to a query that sees no key. Only an infinite
  /// score makes such a query NaN, which may then be replaced by zeros.
  Optional<Value> attention(Known known, Value q, Value k, Value v, double scale) {
    if (added.isPresent()) {
      return zeroed ? Optional.empty() : Optional.of(Nn.attention(q, k, v, added.get(), scale));
    }
    if (visible.isEmpty()) return Optional.of(Nn.attention(q, k, v, scale));
    var keys = visible.get();
    var mask = known.of(unstretched(keys)).filter(m -> isSquare(m, keys));
    if (mask.filter(Mask::isCausal).isPresent()) {
      return Optional.of(Nn.causalAttention(q, k, v, scale));
    }
    boolean infinite = hidden == Double.NEGATIVE_INFINITY;
    if (zeroed && infinite || mask.filter(Mask::sees).isPresent()) {
      return Optional.of(Nn.attention(q, k, v, keys, scale));
    }
    if (hidden > ABYSS) return Optional.empty();
    var bias = keys.select(q.scalar(0), q.scalar(hidden));
    return Optional.of(Nn.attention(q, k, v, bias, scale));
  }

  /// Whether an array has all queries and keys.
  private static boolean isSquare(NdArray mask, Value keys) {
    var shape = mask.type().shape();
    return shape.rank() > 1
        && shape.dim(shape.rank() - 2) == keys.dim(-2)
        && shape.dim(shape.rank() - 1) == keys.dim(-1);
  }

  /// Whether each row has a key.
  private static boolean sees(NdArray mask) {
    int columns = columns(mask);
    return IntStream.range(0, mask.size() / columns)
        .allMatch(
            row -> IntStream.range(0, columns).anyMatch(c -> mask.longAt(row * columns + c) != 0));
  }

  /// Whether the last row sees all, each before it one less, and there is no row without a key.
  private static boolean isCausal(NdArray mask) {
    var shape = mask.type().shape();
    int columns = columns(mask);
    int rows = shape.dim(shape.rank() - 2);
    return rows <= columns
        && IntStream.range(0, mask.size())
            .allMatch(
                i -> (mask.longAt(i) != 0) == (i % columns <= i / columns % rows + columns - rows));
  }

  private static int columns(NdArray mask) {
    return mask.type().shape().dim(mask.type().shape().rank() - 1);
  }
}
