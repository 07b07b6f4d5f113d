package io.gatun.graph.pass;

import static io.gatun.graph.pass.ArithmeticRules.isBinary;
import static io.gatun.graph.pass.ArithmeticRules.isUnary;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.ir.Unary;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Adds scattered values where they go instead of making an array of zeros and them: `x +
/// scatteradd(0, i, u)` is `scatteradd(x, i, u)`, and `p - rate * scatteradd(0, i, g)`, a step of
/// gradient descent on an embedding, is `scatteradd(p, i, -rate * g)`, which touches the rows in
/// use alone. Only where nothing else reads the scattered array; the factor is one number for all
/// elements, which is taken to be finite.
public record ScatterUpdates() implements Pass {
  @Override
  public String name() {
    return "scatter-updates";
  }

  @Override
  public Graph run(Graph graph) {
    var reads = reads(graph);
    var rewriter = new Rewriter(graph);
    var to = new Simplifier(rewriter.builder());
    Set<Node> once = Collections.newSetFromMap(new IdentityHashMap<>());
    return rewriter.run(
        (node, operands) -> {
          Node image =
              new Sum(to, once)
                  .of(node, operands)
                  .orElseGet(() -> rewriter.builder().add(node.op(), operands));
          if (reads.get(node) == 1) once.add(image);
          return image;
        });
  }

  /// How often each node is read, by nodes and outputs.
  private static Map<Node, Integer> reads(Graph graph) {
    var reads = new HashMap<Node, Integer>();
    for (Node node : graph.nodes()) {
      reads.putIfAbsent(node, 0);
      for (Node input : node.inputs()) reads.merge(input, 1, Integer::sum);
    }
    for (Node node : graph.outputNodes()) reads.merge(node, 1, Integer::sum);
    return reads;
  }

  /// Rewrites one sum.
  ///
  /// @param once nodes that are read once
  private record Sum(Simplifier to, Set<Node> once) {

    Optional<Node> of(Node node, List<Node> operands) {
      boolean isSum = isBinary(node, Binary.Kind.ADD);
      if (!isSum && !isBinary(node, Binary.Kind.SUB)) return Optional.empty();
      Node x = operands.get(0);
      Node y = operands.get(1);
      if (x == y) return Optional.empty();
      if (isScattered(y)) return Optional.of(added(x, y, isSum ? u -> u : this::negated));
      return isSum && isScattered(x) ? Optional.of(added(y, x, u -> u)) : Optional.empty();
    }

    /// Whether a node is scattered values, perhaps scaled, and nothing else reads it.
    private boolean isScattered(Node y) {
      if (!once.contains(y)) return false;
      if (y.op() instanceof ScatterAdd) return isAdded(y.input(0));
      return scaled(y).filter(this::isScattered).isPresent();
    }

    /// Whether the base of a scatter is nothing or scattered, too.
    private boolean isAdded(Node base) {
      return Splat.is(base, 0) || isScattered(base);
    }

    /// What `y` is a multiple of.
    private static Optional<Node> scaled(Node y) {
      if (isUnary(y, Unary.Kind.NEG)) return Optional.of(y.input(0));
      if (!isBinary(y, Binary.Kind.MUL) && !isBinary(y, Binary.Kind.DIV)) return Optional.empty();
      if (isUniform(y.input(1))) return Optional.of(y.input(0));
      boolean commutes = isBinary(y, Binary.Kind.MUL) && isUniform(y.input(0));
      return commutes ? Optional.of(y.input(1)) : Optional.empty();
    }

    private static boolean isUniform(Node node) {
      return node.op() instanceof Broadcast && node.input(0).type().size() == 1
          || Splat.of(node).isPresent();
    }

    /// `x + factor(y)`
    private Node added(Node x, Node y, UnaryOperator<Node> factor) {
      if (y.op() instanceof ScatterAdd) {
        Node base = Splat.is(y.input(0), 0) ? x : added(x, y.input(0), factor);
        return to.add(y.op(), base, y.input(1), factor.apply(y.input(2)));
      }
      Node source = scaled(y).orElseThrow();
      if (isUnary(y, Unary.Kind.NEG)) return added(x, source, u -> factor.apply(negated(u)));
      Node number = scalar(source == y.input(0) ? y.input(1) : y.input(0));
      return added(
          x,
          source,
          u -> factor.apply(to.add(y.op(), u, to.add(new Broadcast(u.type().shape()), number))));
    }

    private Node scalar(Node uniform) {
      Node source = uniform.op() instanceof Broadcast ? uniform.input(0) : uniform;
      return to.reshape(source, List.of());
    }

    private Node negated(Node u) {
      return to.add(new Unary(Unary.Kind.NEG), u);
    }
  }
}
