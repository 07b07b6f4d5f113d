package io.gatun.graph.pass;

import static io.gatun.graph.pass.ArithmeticRules.isBinary;
import static io.gatun.graph.pass.ArithmeticRules.isUnary;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes the weights of a softmax, which gradients compute from the logarithm of the sum of
/// exponentials, from the exponentials themselves: `exp(x - (log s + m))` is `exp(x - m) / s` where
/// there is an `exp(x - m)`; `x` may be masked in both. Where such weights are multiplied as a
/// matrix, the smaller other operand is divided by `s` instead.
public record ShareExponentials() implements Pass {
  @Override
  public String name() {
    return "share-exponentials";
  }

  @Override
  public Graph run(Graph graph) {
    var rewriter = new Rewriter(graph);
    var to = new Simplifier(rewriter.builder());
    var known = new HashMap<List<Object>, List<Exponential>>();
    return rewriter.run(
        (node, operands) -> {
          var shared =
              node.op() instanceof MatMul product
                  ? scaled(to, product, operands)
                  : weights(to, node, operands, known);
          Node image = shared.orElseGet(() -> rewriter.builder().add(node.op(), operands));
          Exponential.of(image)
              .ifPresent(e -> known.computeIfAbsent(e.key, _ -> new ArrayList<>()).add(e));
          return image;
        });
  }

  /// `node = exp(x - shift)`, or with `mask` and another value chosen where it is false; `key` is
  /// all of that but the shift.
  private record Exponential(Node node, List<Object> key, Node shift) {

    static Optional<Exponential> of(Node node) {
      return isUnary(node, Unary.Kind.EXP) ? of(node, node.input(0)) : Optional.empty();
    }

    static Optional<Exponential> of(Node node, Node x) {
      boolean isMasked = x.op() instanceof Select;
      Node difference = isMasked ? x.input(1) : x;
      if (!isBinary(difference, Binary.Kind.SUB)
          || !(difference.input(1).op() instanceof Broadcast)) {
        return Optional.empty();
      }
      List<Object> key =
          isMasked
              ? List.of(difference.input(0), x.input(0), x.input(2))
              : List.of(difference.input(0));
      return Optional.of(new Exponential(node, key, difference.input(1).input(0)));
    }
  }

  private static Optional<Node> weights(
      Simplifier to, Node node, List<Node> operands, Map<List<Object>, List<Exponential>> known) {
    if (!isUnary(node, Unary.Kind.EXP)) return Optional.empty();
    var weights = Exponential.of(node, operands.getFirst());
    if (weights.isEmpty() || !isBinary(weights.get().shift, Binary.Kind.ADD)) {
      return Optional.empty();
    }
    Node log = weights.get().shift.input(0);
    Node max = weights.get().shift.input(1);
    if (!isUnary(log, Unary.Kind.LOG)) return Optional.empty();
    return known.getOrDefault(weights.get().key, List.of()).stream()
        .filter(e -> e.shift == max)
        .findFirst()
        .map(e -> divided(to, e.node, log.input(0)));
  }

  private static Node divided(Simplifier to, Node x, Node by) {
    return to.add(new Binary(Binary.Kind.DIV), x, to.add(new Broadcast(x.type().shape()), by));
  }

  /// `(e / s)^T b` as `e^T (b / s)`, where each row of `e` has its own `s` and `b` is smaller.
  private static Optional<Node> scaled(Simplifier to, MatMul product, List<Node> operands) {
    Node a = operands.get(0);
    Node b = operands.get(1);
    boolean applies =
        product.transposeA()
            && !product.transposeB()
            && isBinary(a, Binary.Kind.DIV)
            && isUnary(a.input(0), Unary.Kind.EXP)
            && a.input(1).op() instanceof Broadcast
            && a.input(1).input(0).type().shape().equals(rows(a))
            && b.type().size() < a.type().size();
    if (!applies) return Optional.empty();
    return Optional.of(to.add(product, a.input(0), divided(to, b, a.input(1).input(0))));
  }

  /// The shape of one number for each row.
  private static Shape rows(Node a) {
    return a.type().shape().with(a.type().shape().rank() - 1, 1);
  }
}
