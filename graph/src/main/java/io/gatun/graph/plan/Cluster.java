package io.gatun.graph.plan;

import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.kernel.KernelBuilder;
import io.gatun.graph.kernel.ReferenceKernel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A group in the making. Its kernel is built anew only when somebody looks at it.
final class Cluster {
  /// Bytes from which on an array is worth the work of several threads.
  private static final long LARGE = 256 * 1024;

  final TreeSet<Node> nodes = new TreeSet<>(Comparator.comparingInt(Node::id));
  final Set<Node> results = new LinkedHashSet<>();
  private Optional<Kernel> built = Optional.empty();

  Kernel kernel() {
    if (built.isEmpty()) {
      built = Optional.of(KernelBuilder.build(List.copyOf(nodes), List.copyOf(results)));
    }
    return built.get();
  }

  /// True where a contraction or a reduction gives the loops.
  boolean hasAnchor() {
    return nodes.stream()
        .anyMatch(
            n ->
                n.op().pattern() == Op.Pattern.REDUCE
                    || n.op().pattern() == Op.Pattern.CONTRACT
                    || KernelBuilder.isLast(n));
  }

  /// True where a contraction gives the loops.
  boolean multiplies() {
    return nodes.stream().anyMatch(n -> n.op().pattern() == Op.Pattern.CONTRACT);
  }

  /// True where reductions along the last axis give the loops.
  boolean foldsRows() {
    return nodes.stream()
        .anyMatch(
            n ->
                n.op() instanceof Reduce(_, var axes, _)
                    && axes.contains(n.input(0).type().shape().rank() - 1));
  }

  /// True where a scatter or a sort gives the loops, which does not take every producer.
  boolean isSelective() {
    return KernelBuilder.isLast(nodes.last());
  }

  /// True where a large array is folded along its leading axes, the last one kept.
  boolean reducesLeadingAxes() {
    return nodes.stream()
        .anyMatch(
            n ->
                n.op() instanceof Reduce(_, var axes, _)
                    && n.input(0).type().bytes() > LARGE
                    && axes.contains(0)
                    && !axes.contains(n.input(0).type().shape().rank() - 1));
  }

  /// True where it joins several folds of everything, of which `node` is one: the squares of all
  /// gradients.
  boolean joinsFolds(Node node) {
    if (!isWholeFold(node)) return false;
    var seen = new HashSet<>(Set.of(node));
    var work = new ArrayList<>(nodes);
    while (!work.isEmpty()) {
      for (Node input : work.removeLast().inputs()) {
        if (input.type().size() > 1 || !seen.add(input)) continue;
        if (isWholeFold(input) && !nodes.contains(input)) return true;
        work.add(input);
      }
    }
    return false;
  }

  /// True for a fold that leaves one number.
  static boolean isWholeFold(Node node) {
    return node.op() instanceof Reduce && node.type().size() == 1;
  }

  /// True where the only node runs on the reference evaluator or in a kernel of its own.
  boolean isClosed() {
    return KernelBuilder.hasOwnKernel(nodes.first()) || isReference();
  }

  private boolean isReference() {
    return built.isPresent() && built.get() instanceof ReferenceKernel;
  }

  void set(Kernel kernel) {
    built = Optional.of(kernel);
  }

  void outdated() {
    built = Optional.empty();
  }
}
