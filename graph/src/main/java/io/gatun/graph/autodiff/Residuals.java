package io.gatun.graph.autodiff;

import io.gatun.graph.autodiff.JointStep.Phase;
import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Random;
import io.gatun.graph.kernel.KernelBuilder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Chooses what the forward loop of a scan keeps of each step for the backward loop. Slices of
/// sequences are there anyway; contractions, reductions and expensive functions are kept; a cheap
/// elementwise value or a movement is computed again from what is kept, unless that would keep more
/// bytes than the value itself has.
final class Residuals {
  /// A value that takes more operations than this to compute again is kept.
  private static final int MOST_RECOMPUTED = 16;

  private final JointStep step;
  private final Set<Node> kept;

  private Residuals(JointStep step, Set<Node> kept) {
    this.step = step;
    this.kept = kept;
  }

  /// Adds to `kept` what the backward values `roots` need.
  static void choose(JointStep step, Collection<Node> roots, Set<Node> kept) {
    var residuals = new Residuals(step, kept);
    var needed = residuals.needed(roots);
    for (Node node : needed) if (!residuals.isFree(node) && !isCheap(node)) kept.add(node);
    for (Node node : needed) if (!residuals.isFree(node)) residuals.decide(node);
  }

  /// The forward values that backward ones read, operands first.
  private List<Node> needed(Collection<Node> roots) {
    var seen = Collections.newSetFromMap(new IdentityHashMap<Node, Boolean>());
    var needed = new ArrayList<Node>();
    var work = new ArrayDeque<>(roots);
    while (!work.isEmpty()) {
      var node = work.pop();
      if (!seen.add(node)) continue;
      switch (step.phase(node)) {
        case INVARIANT -> {}
        case FORWARD -> needed.add(node);
        case BACKWARD -> work.addAll(node.inputs());
      }
    }
    needed.sort(Comparator.comparingInt(Node::id));
    return needed;
  }

  /// True where the backward loop has the value without doing anything.
  private boolean isFree(Node node) {
    return step.phase(node) == Phase.INVARIANT || step.isSlice(node) || kept.contains(node);
  }

  /// Keeps a cheap value, or else what it is computed from.
  private void decide(Node node) {
    var leaves = new LinkedHashSet<Node>();
    var seen = Collections.newSetFromMap(new IdentityHashMap<Node, Boolean>());
    var work = new ArrayDeque<>(List.of(node));
    int operations = 0;
    while (!work.isEmpty()) {
      var next = work.pop();
      if (!seen.add(next) || isFree(next)) continue;
      if (isCheap(next)) {
        operations++;
        work.addAll(next.inputs());
      } else {
        leaves.add(next);
      }
    }
    long bytes = leaves.stream().mapToLong(leaf -> leaf.type().bytes()).sum();
    if (operations > MOST_RECOMPUTED || bytes > node.type().bytes()) kept.add(node);
    else kept.addAll(leaves);
  }

  private static boolean isCheap(Node node) {
    return node.op().pattern() == Op.Pattern.MAP
        && !(node.op() instanceof Gather)
        && !(node.op() instanceof Random)
        && !KernelBuilder.isExpensive(node);
  }
}
