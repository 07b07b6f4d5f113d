package io.gatun.graph.pass;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Concat;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Iota;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Moves transposes toward the outputs, through elementwise operations, reductions and movements,
/// until they meet their inverse and cancel (the chains that an imported channels-first network
/// makes) or a matrix product, which takes them as a flag. Broadcasts, small constants and counters
/// that join on the way are transposed instead, at the size of the small array.
public record FoldTransposes() implements Pass {
  private static final long SMALL_CONSTANT = 1 << 18;

  @Override
  public String name() {
    return "fold-transposes";
  }

  @Override
  public Graph run(Graph graph) {
    var rewriter = new Rewriter(graph);
    var to = new Simplifier(rewriter.builder());
    var reads = reads(graph);
    return rewriter.run(
        (node, operands) -> {
          Op op = node.op();
          if (op instanceof MatMul product) return flags(to, product, operands);
          if (op instanceof Transpose(var permutation)
              && swapsLast(permutation)
              && reads.getOrDefault(node.input(0), 0) == 1
              && operands.getFirst().op() instanceof MatMul product) {
            return flipped(to, product, operands.getFirst());
          }
          var permutation = shared(op, operands);
          return permutation.isEmpty() ? to.add(op, operands) : sunk(to, op, operands, permutation);
        });
  }

  /// How often each node is read, by nodes and outputs.
  private static Map<Node, Integer> reads(Graph graph) {
    var reads = new IdentityHashMap<Node, Integer>();
    for (Node node : graph.nodes()) {
      for (Node input : node.inputs()) reads.merge(input, 1, Integer::sum);
    }
    for (Output output : graph.outputs()) reads.merge(output.node(), 1, Integer::sum);
    return reads;
  }

  private static Node flags(Simplifier to, MatMul product, List<Node> operands) {
    Node a = operands.get(0);
    Node b = operands.get(1);
    boolean swapA = a.op() instanceof Transpose(var p) && swapsLast(p);
    boolean swapB = b.op() instanceof Transpose(var p) && swapsLast(p);
    return to.add(
        new MatMul(product.transposeA() ^ swapA, product.transposeB() ^ swapB),
        swapA ? a.input(0) : a,
        swapB ? b.input(0) : b);
  }

  /// `(A B)^T = B^T A^T`
  private static Node flipped(Simplifier to, MatMul product, Node c) {
    return to.add(new MatMul(!product.transposeB(), !product.transposeA()), c.input(1), c.input(0));
  }

  private static boolean swapsLast(List<Integer> permutation) {
    int rank = permutation.size();
    for (int axis = 0; axis < rank - 2; axis++) {
      if (permutation.get(axis) != axis) return false;
    }
    return rank >= 2 && permutation.get(rank - 1) == rank - 2;
  }

  /// The permutation that all operands have in common, or could at no cost; empty if there is none.
  private static List<Integer> shared(Op op, List<Node> operands) {
    boolean elementwise =
        op instanceof Unary || op instanceof Binary || op instanceof Select || op instanceof Cast;
    boolean movement =
        op instanceof Pad || op instanceof Slice || op instanceof Reverse || op instanceof Reduce;
    if (!elementwise && !movement && !(op instanceof Concat)) return List.of();
    List<Integer> permutation = List.of();
    for (Node operand : operands) {
      if (operand.op() instanceof Transpose(var p)) {
        if (!permutation.isEmpty() && !permutation.equals(p)) return List.of();
        permutation = p;
      } else if (movement || !isCheap(operand)) {
        return List.of();
      }
    }
    return permutation;
  }

  private static boolean isCheap(Node node) {
    return node.op() instanceof Broadcast
        || node.op() instanceof Iota
        || node.op() instanceof Constant && node.type().size() <= SMALL_CONSTANT;
  }

  /// `op` on the operands before they are transposed, then transposed.
  private static Node sunk(Simplifier to, Op op, List<Node> operands, List<Integer> permutation) {
    var inverse = new Transpose(new Transpose(permutation).inverse());
    var sources = new ArrayList<Node>();
    for (Node operand : operands) {
      sources.add(operand.op() instanceof Transpose ? operand.input(0) : to.add(inverse, operand));
    }
    Node result = to.add(untransposed(op, permutation), sources);
    var after =
        op instanceof Reduce(_, var axes, var keep) && !keep
            ? without(permutation, axes)
            : permutation;
    return to.add(new Transpose(after), result);
  }

  /// `op` for operands whose axis `permutation[a]` is what its axis `a` was.
  private static Op untransposed(Op op, List<Integer> permutation) {
    if (op instanceof Reduce(var kind, var axes, var keep)) {
      return new Reduce(kind, axes.stream().map(permutation::get).toList(), keep);
    }
    if (op instanceof Reverse(var axes)) {
      return new Reverse(axes.stream().map(permutation::get).toList());
    }
    if (op instanceof Concat(var axis)) return new Concat(permutation.get(axis));
    if (op instanceof Pad(var low, var high, var interior, var value)) {
      return new Pad(
          scattered(low, permutation),
          scattered(high, permutation),
          scattered(interior, permutation),
          value);
    }
    if (op instanceof Slice(var starts, var limits, var strides)) {
      return new Slice(
          scattered(starts, permutation),
          scattered(limits, permutation),
          scattered(strides, permutation));
    }
    return op;
  }

  private static List<Integer> scattered(List<Integer> values, List<Integer> permutation) {
    var result = new ArrayList<>(values);
    for (int axis = 0; axis < values.size(); axis++) {
      result.set(permutation.get(axis), values.get(axis));
    }
    return result;
  }

  /// The permutation of the axes that stay when `axes` of the transposed array go.
  private static List<Integer> without(List<Integer> permutation, List<Integer> axes) {
    var kept = new ArrayList<Integer>();
    for (int axis = 0; axis < permutation.size(); axis++) {
      if (!axes.contains(axis)) kept.add(permutation.get(axis));
    }
    var sorted = kept.stream().sorted().toList();
    return kept.stream().map(sorted::indexOf).toList();
  }
}
