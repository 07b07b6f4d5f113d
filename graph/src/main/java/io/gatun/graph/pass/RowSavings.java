package io.gatun.graph.pass;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.target.RowFunction;
import io.gatun.graph.target.Target;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What a kernel for a function of rows saves, in bytes to and from memory, against the loop that
/// fusion would make of its body and its neighbours.
///
/// The kernel reads an operand once where the loop reads it, or what it is computed from, for each
/// fold. But the loop computes elementwise neighbours while a value is at hand: for a kernel an
/// operand is stored and read back, and so is a result. A neighbour that is cut off is a launch
/// more, too, which is worth [#LAUNCH] bytes. A neighbour that is a contraction's epilogue, or is
/// stored for others anyway, is not cut off.
final class RowSavings {
  /// What a GPU moves in about half a microsecond, the time from one kernel of a CUDA graph to the
  /// next.
  private static final long LAUNCH = 1 << 20;

  private final Target target;
  private final Map<Node, List<Node>> users;
  private final Set<Node> outputs;

  RowSavings(Graph graph, Target target) {
    this.target = target;
    this.users = graph.users();
    this.outputs = new HashSet<>(graph.outputNodes());
  }

  /// Whether the kernel moves less than the loop.
  boolean isWorthIt(Node call, RowFunction function) {
    long bytes = 0;
    for (int i = 0; i < call.inputs().size(); i++) {
      int reads = function.reads().get(i);
      if (reads > 0) bytes += ofOperand(call.input(i), reads);
    }
    var composite = (Composite) call.op();
    long rows = call.input(0).type().size();
    for (Node result : users.get(call.input(0))) {
      if (result.type().size() == rows
          && result.op() instanceof Composite other
          && result.inputs().equals(call.inputs())
          && other.withOutput(0).equals(composite.withOutput(0))) {
        bytes -= cutOff(result);
      }
    }
    return bytes > 0;
  }

  /// What is saved at an operand that the loop would read so often.
  private long ofOperand(Node operand, int reads) {
    long own = operand.type().bytes();
    if (!isElementwise(operand) || isEpilogue(operand)) return (reads - 1) * own;
    long sources = sources(operand, new HashSet<>());
    boolean isStored = users.get(operand).size() > 1 || outputs.contains(operand);
    return (reads - 1) * sources - (isStored ? 1 : 2) * own - LAUNCH;
  }

  /// Bytes of what a value is computed from, element by element, each array once.
  private long sources(Node node, Set<Node> seen) {
    if (!seen.add(node)) return 0;
    boolean isInner = seen.size() == 1 || users.get(node).size() == 1 && !outputs.contains(node);
    if (!isInner || node.op().pattern() != Op.Pattern.MAP) return node.type().bytes();
    long bytes = 0;
    for (Node input : node.inputs()) bytes += sources(input, seen);
    return bytes;
  }

  /// Whether a value follows, element by element, from a contraction's result.
  private static boolean isEpilogue(Node node) {
    var seen = new HashSet<Node>();
    var work = new ArrayDeque<>(List.of(node));
    while (!work.isEmpty()) {
      Node value = work.pop();
      if (value.type().size() != node.type().size() || !seen.add(value)) continue;
      if (value.op() instanceof MatMul) return true;
      if (isElementwise(value)) work.addAll(value.inputs());
    }
    return false;
  }

  /// What the loop saves where it computes, or folds, what follows from a result.
  private long cutOff(Node result) {
    if (users.get(result).stream().noneMatch(this::joins)) return 0;
    var late = late(result);
    long followers = users.get(result).stream().filter(u -> joins(u) && !late.contains(u)).count();
    if (followers == 0) return 0;
    boolean isStored = followers < users.get(result).size() || outputs.contains(result);
    return (isStored ? 1 : 2) * result.type().bytes() + LAUNCH;
  }

  /// What waits for another kernel that reads the result, as the backward pass does for the loss.
  private Set<Node> late(Node result) {
    var late = new HashSet<Node>();
    var reached = new TreeSet<>(Comparator.comparingInt(Node::id));
    reached.addAll(users.get(result));
    while (!reached.isEmpty()) {
      Node node = reached.pollFirst();
      if (late.contains(node) || hasOwnKernel(node)) late.addAll(users.get(node));
      reached.addAll(users.get(node));
    }
    return late;
  }

  private boolean hasOwnKernel(Node node) {
    return switch (node.op()) {
      case Composite composite -> target.claims(composite);
      case Reduce _ -> !joins(node);
      case Op op -> op.pattern() == Op.Pattern.CONTRACT || op.pattern() == Op.Pattern.LIBRARY;
    };
  }

  /// Whether a user would be computed in the loop.
  private boolean joins(Node user) {
    return switch (user.op()) {
      case Reshape _ -> users.get(user).stream().anyMatch(this::joins);
      case Reduce(_, var axes, _) -> axes.contains(user.input(0).type().shape().rank() - 1);
      case Composite composite ->
          !target.claims(composite) && composite.body().nodes().getLast().op() instanceof Binary;
      case Op _ -> isElementwise(user);
    };
  }

  private static boolean isElementwise(Node node) {
    return switch (node.op()) {
      case Unary _, Binary _, Select _, Cast _, Reshape _ -> true;
      case Op _ -> false;
    };
  }
}
