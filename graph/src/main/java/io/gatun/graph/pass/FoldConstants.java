package io.gatun.graph.pass;

import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import java.util.List;
import java.util.Optional;

/// Evaluates operations on constants by the reference, rounded to the element type. A constant of
/// equal elements becomes a scalar and a broadcast; a broadcast is never stored in full, nor are
/// the bytes of a product's operand in a wider type.
public record FoldConstants() implements Pass {
  /// No folded constant has more elements than this, nor than `GROWTH` times its operands and 64.
  private static final long LARGEST = 1 << 18;

  /// The reference takes tens of nanoseconds an element: more elements than this are left alone.
  private static final long MOST_READ = 1 << 20;

  private static final long GROWTH = 4;

  /// A sum of products is folded up to this many elements of one operand times one of the other.
  private static final long MOST_PRODUCTS = 1 << 24;

  @Override
  public String name() {
    return "fold-constants";
  }

  @Override
  public Graph run(Graph graph) {
    var rewriter = new Rewriter(graph);
    var widened = ByteOperands.of(graph).widened();
    return rewriter.run(
        (node, operands) -> {
          Op op = node.op();
          var builder = rewriter.builder();
          if (op instanceof Constant(var literal)) return constant(builder, literal);
          if (widened.contains(node) || !pays(node, operands)) return builder.add(op, operands);
          return fold(builder, op, operands).orElseGet(() -> builder.add(op, operands));
        });
  }

  private static boolean pays(Node node, List<Node> operands) {
    long read = operands.stream().mapToLong(operand -> operand.type().size()).sum();
    long stored = operands.stream().mapToLong(operand -> source(operand).type().size()).sum();
    return read <= MOST_READ
        && node.type().size() <= Math.min(LARGEST, Math.max(64, GROWTH * stored))
        && (node.op().pattern() != Op.Pattern.CONTRACT
            || operands.get(0).type().size() * operands.get(1).type().size() <= MOST_PRODUCTS);
  }

  private static Node source(Node node) {
    return node.op() instanceof Broadcast ? node.input(0) : node;
  }

  /// The value of `op` as a constant where all operands are constants, or broadcasts of them.
  static Optional<Node> fold(GraphBuilder builder, Op op, List<Node> operands) {
    if (operands.isEmpty() || op instanceof Broadcast) return Optional.empty();
    for (Node operand : operands) {
      if (!(source(operand).op() instanceof Constant)) return Optional.empty();
    }
    var value = op.evaluate(operands.stream().map(FoldConstants::value).toList());
    return Optional.of(constant(builder, Literal.of(value)));
  }

  private static NdArray value(Node node) {
    return node.op() instanceof Constant(var literal)
        ? literal.toNdArray()
        : node.op().evaluate(List.of(value(node.input(0))));
  }

  /// The constant, as a scalar and a broadcast where all elements are equal.
  static Node constant(GraphBuilder builder, Literal literal) {
    if (literal.type().size() > 1) {
      var scalar = Splat.of(literal);
      if (scalar.isPresent()) {
        return builder.add(
            new Broadcast(literal.type().shape()), builder.add(new Constant(scalar.get())));
      }
    }
    return builder.add(new Constant(literal));
  }
}
