package io.gatun.graph.autodiff;

import io.gatun.graph.autodiff.JointStep.Phase;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Sums of a value over all steps of a scan: the cotangents of its invariants. What is linear is
/// taken out of the sum, so that the sum of products `A_t B_t` becomes one product over time of the
/// stacked factors, and the sum of scattered rows one scattering; a value that is left is stacked
/// and reduced after the loop where it is small, else added up step by step.
///
/// In two stages: [#of] asks the loops for the arrays that the sum needs, the supplier that it
/// gives makes the sum when they exist.
final class TimeSum {
  /// Up to this many bytes a value is stacked for all steps rather than added up in the loop.
  private static final long MOST_STACKED = 1 << 20;

  /// What the loops offer. All arrays have the time as their leading axis.
  interface Loops {
    /// Asks for the values of a node in all steps.
    void stack(Node node);

    /// Asks for the sum of a node over all steps.
    void accumulate(Node node);

    /// Whether somebody asked for the values of a node, or they are there anyway.
    boolean isStacked(Node node);

    /// The values of a node in all steps.
    Value array(Node node);

    /// The sum of a node over all steps.
    Value accumulated(Node node);

    /// The value of a node that is the same in all steps.
    Value invariant(Node node);
  }

  private final JointStep step;
  private final Loops loops;
  private final int length;
  private final Map<Node, Supplier<Value>> sums = new IdentityHashMap<>();

  TimeSum(JointStep step, Loops loops, int length) {
    this.step = step;
    this.loops = loops;
    this.length = length;
  }

  /// Asks for the factors of the products in a sum, so that [#of] finds them for other sums, too.
  void stackFactors(Node node) {
    if (node.op() instanceof MatMul && isProduct(node)) {
      node.inputs().forEach(this::stack);
    } else if (isLinear(node)) {
      node.inputs().stream().filter(this::varies).forEach(this::stackFactors);
    }
  }

  private boolean varies(Node node) {
    return step.phase(node) != Phase.INVARIANT;
  }

  private boolean isProduct(Node node) {
    return varies(node.input(0)) && varies(node.input(1));
  }

  /// Whether the node is linear in those of its operands that vary, taken together.
  private boolean isLinear(Node node) {
    return switch (node.op()) {
      case Binary(var kind) ->
          switch (kind) {
            case ADD, SUB -> true;
            case MUL -> !isProduct(node);
            case DIV -> !varies(node.input(1));
            case REM, POW, MAX, MIN, AND, OR, XOR, EQ, NE, LT, LE, GT, GE -> false;
          };
      case Unary(var kind) -> kind == Unary.Kind.NEG;
      case Reshape _, Transpose _, Reverse _, Broadcast _ -> true;
      case Pad pad -> pad.value() == 0;
      case MatMul _ -> !isProduct(node);
      case Op _ -> false;
    };
  }

  /// The sum of a node over all steps.
  Supplier<Value> of(Node node) {
    var known = sums.get(node);
    if (known != null) return known;
    var sum = sum(node);
    sums.put(node, sum);
    return sum;
  }

  private Supplier<Value> sum(Node node) {
    if (!varies(node)) return () -> loops.invariant(node).mul(length);
    if (node.op() instanceof MatMul(boolean ta, boolean tb) && isProduct(node)) {
      node.inputs().forEach(this::stack);
      return () ->
          overTime(node.input(0), ta).apply(new MatMul(ta, tb), overTime(node.input(1), !tb));
    }
    if (isLinear(node)) return linear(node);
    if (node.op() instanceof Reduce(var kind, var axes, _)
        && kind == Reduce.Kind.SUM
        && isStacked(node.input(0))) {
      return () -> reduced(array(node.input(0)), axes).reshape(node.type().shape());
    }
    if (node.op() instanceof ScatterAdd(int axis, boolean along) && axis == 0 && !along) {
      stack(node.input(1));
      stack(node.input(2));
      var start = of(node.input(0));
      return () -> start.get().scatterAdd(array(node.input(1)), array(node.input(2)), 0);
    }
    if (isStacked(node) || node.type().bytes() * length <= MOST_STACKED) {
      stack(node);
      return () -> array(node).apply(new Reduce(Reduce.Kind.SUM, List.of(0), false));
    }
    loops.accumulate(node);
    return () -> loops.accumulated(node);
  }

  /// The operation on the sums of the operands that vary; a sum or difference with an operand that
  /// does not counts that one `length` times.
  private Supplier<Value> linear(Node node) {
    boolean adds =
        node.op() instanceof Binary(var kind)
            && (kind == Binary.Kind.ADD || kind == Binary.Kind.SUB);
    var operands = new ArrayList<Supplier<Value>>();
    for (Node operand : node.inputs()) {
      operands.add(adds || varies(operand) ? of(operand) : () -> loops.invariant(operand));
    }
    return () -> {
      var values = operands.stream().map(Supplier::get).toList();
      var others = values.subList(1, values.size()).toArray(Value[]::new);
      return values.getFirst().apply(node.op(), others);
    };
  }

  private static Value reduced(Value array, List<Integer> axes) {
    var all = new ArrayList<>(List.of(0));
    for (int axis : axes) all.add(axis + 1);
    return array.apply(new Reduce(Reduce.Kind.SUM, all, false));
  }

  // --- arrays over time

  private void stack(Node node) {
    if (node.op() instanceof Reshape || node.op() instanceof Transpose) stack(node.input(0));
    else if (varies(node)) loops.stack(node);
  }

  private boolean isStacked(Node node) {
    return node.op() instanceof Reshape || node.op() instanceof Transpose
        ? isStacked(node.input(0))
        : loops.isStacked(node);
  }

  private Value array(Node node) {
    return switch (node.op()) {
      case Reshape(var shape) -> array(node.input(0)).reshape(timed(shape.dims()));
      case Transpose(var permutation) -> {
        var axes = new ArrayList<>(List.of(0));
        for (int axis : permutation) axes.add(axis + 1);
        yield array(node.input(0)).apply(new Transpose(axes));
      }
      case Op _ ->
          varies(node)
              ? loops.array(node)
              : loops.invariant(node).broadcastTo(timed(node.type().shape().dims()));
    };
  }

  private Shape timed(List<Integer> dims) {
    var all = new ArrayList<>(List.of(length));
    all.addAll(dims);
    return new Shape(all);
  }

  /// A factor of a product with the time next to the axis that is summed over, as one axis with it:
  /// the second-last axis if `rows`, else the last.
  private Value overTime(Node factor, boolean rows) {
    var array = array(factor);
    int axis = array.rank() - (rows ? 2 : 1);
    int[] order = new int[array.rank()];
    for (int i = 0; i < order.length; i++) order[i] = i < axis ? i + 1 : i;
    order[axis - 1] = 0;
    var dims = new ArrayList<>(factor.type().shape().dims());
    dims.set(axis - 1, length * dims.get(axis - 1));
    var moved = axis == 1 ? array : array.permute(order);
    return moved.reshape(new Shape(dims));
  }
}
