package io.gatun.graph.pass;

import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.target.RowFunction;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.Shape;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes one composite, `crossentropy_train`, of cross-entropy and its gradient where both are
/// wanted, so that a kernel takes loss and gradient from one read of the logits. That can be where
/// the cotangent of the loss is known before the loss: `1 / rows` for a mean, a mask over its sum.
public record LossWithGradient(Target target) implements Pass {
  /// Nodes that a cotangent may take: it is copied to before the loss.
  private static final int MOST_NODES = 64;

  /// A call of cross-entropy and of its gradient.
  ///
  /// @param loss output 0 of the call
  /// @param gradient of the same logits and labels
  private record Pair(Node loss, Node gradient) {
    Node cotangent() {
      return gradient.input(3);
    }
  }

  @Override
  public String name() {
    return "loss-with-gradient";
  }

  @Override
  public Graph run(Graph graph) {
    var pairs = pairs(graph);
    if (pairs.isEmpty()) return graph;
    var results = new IdentityHashMap<Node, Node>();
    var rewriter = new Rewriter(graph);
    return rewriter.run(
        (node, operands) -> {
          var builder = rewriter.builder();
          var pair = pairs.get(node);
          if (pair != null) join(builder, pair, operands, results);
          return results.containsKey(node) ? results.get(node) : builder.add(node.op(), operands);
        });
  }

  /// The pairs by the nodes of their losses.
  private Map<Node, Pair> pairs(Graph graph) {
    var users = graph.users();
    var pairs = new IdentityHashMap<Node, Pair>();
    for (Node gradient : graph.nodes()) {
      if (!is(gradient, "crossentropy_gradient")) continue;
      Node sum = gradient.input(2);
      boolean isOwn =
          is(sum, "crossentropy")
              && sum.inputs().equals(gradient.inputs().subList(0, 2))
              && users.get(sum).size() == 1
              && !graph.outputNodes().contains(sum);
      if (!isOwn) continue;
      loss(sum, users)
          .map(loss -> new Pair(loss, gradient))
          .filter(pair -> !pairs.containsKey(pair.loss))
          .filter(pair -> canPrecede(pair.cotangent()))
          .filter(pair -> target.claims(composite(pair, operand(pair.cotangent()))))
          .ifPresent(pair -> pairs.put(pair.loss, pair));
    }
    return pairs;
  }

  private static boolean is(Node node, String name) {
    return node.op() instanceof Composite composite && composite.name().equals(name);
  }

  /// The loss of the call whose log sum this is.
  private static Optional<Node> loss(Node sum, Map<Node, List<Node>> users) {
    return users.get(sum.input(0)).stream()
        .filter(n -> n.inputs().equals(sum.inputs()))
        .filter(n -> n.op().equals(((Composite) sum.op()).withOutput(0)))
        .findFirst();
  }

  /// Whether a cotangent is computed from little, and from no composite, as a loss is.
  private static boolean canPrecede(Node cotangent) {
    var seen = new HashSet<Node>();
    return isSmall(cotangent, seen);
  }

  private static boolean isSmall(Node node, Set<Node> seen) {
    if (!seen.add(node)) return true;
    return seen.size() <= MOST_NODES
        && node.op().pattern() != Op.Pattern.LIBRARY
        && node.inputs().stream().allMatch(input -> isSmall(input, seen));
  }

  /// What the composite takes for a cotangent: the scalar, where one is repeated for all rows.
  private static Node operand(Node cotangent) {
    Node source = cotangent;
    while (source.op() instanceof Broadcast || source.op() instanceof Reshape) {
      source = source.input(0);
    }
    return source.type().size() == 1 ? source : cotangent;
  }

  private static void join(
      GraphBuilder builder, Pair pair, List<Node> operands, Map<Node, Node> results) {
    Node cotangent = operand(pair.cotangent());
    Node dy = copy(builder, cotangent, new HashMap<>());
    var composite = composite(pair, cotangent);
    if (dy.type().size() == 1) dy = builder.add(new Reshape(Shape.of()), dy);
    var inputs = List.of(operands.get(0), operands.get(1), dy);
    results.put(pair.loss, builder.add(composite, inputs));
    results.put(pair.gradient, builder.add(composite.withOutput(1), inputs));
  }

  /// The same value, before its turn.
  private static Node copy(GraphBuilder builder, Node node, Map<Node, Node> copies) {
    var known = copies.get(node);
    if (known != null) return known;
    var inputs = node.inputs().stream().map(input -> copy(builder, input, copies)).toList();
    Node made = builder.add(node.op(), inputs);
    copies.put(node, made);
    return made;
  }

  /// `(logits, labels, dy)` to `(loss, dlogits)`, of the two bodies.
  private static Composite composite(Pair pair, Node cotangent) {
    var builder = new GraphBuilder();
    var logits = builder.add(new Input("logits", pair.loss.input(0).type()));
    var labels = builder.add(new Input("labels", pair.loss.input(1).type()));
    var type = cotangent.type();
    boolean isOne = type.size() == 1;
    var dy = builder.add(new Input("dy", isOne ? type.with(Shape.of()) : type));
    var all = isOne ? builder.add(new Broadcast(pair.loss.type().shape()), dy) : dy;
    var forward = builder.inline(body(pair.loss), List.of(logits, labels));
    var backward =
        builder.inline(body(pair.gradient), List.of(logits, labels, forward.get(1), all));
    var body =
        builder.build(
            List.of(Output.of("loss", forward.get(0)), Output.of("dlogits", backward.get(0))));
    return new Composite(RowFunction.CROSS_ENTROPY_TRAIN, 1, body, 0, Optional.empty());
  }

  private static Graph body(Node node) {
    return ((Composite) node.op()).body();
  }
}
