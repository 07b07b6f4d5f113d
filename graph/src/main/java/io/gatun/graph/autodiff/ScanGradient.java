package io.gatun.graph.autodiff;

import io.gatun.graph.autodiff.JointStep.Phase;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// The gradient of a [Scan], all of its results together, as a scan in the other direction (back
/// propagation through time, Werbos 1990).
///
/// The carries of the backward loop are the cotangents of the forward carries. The forward loop is
/// run with more outputs, the [Residuals]; it is another scan of the same operands, which the
/// compiler merges with the one that is differentiated. The cotangents of invariants are sums over
/// time, made after the loop where they can be, see [TimeSum].
final class ScanGradient implements TimeSum.Loops {
  private final GraphBuilder outer;
  private final Scan scan;
  private final List<Node> operands;
  private final Map<Integer, Value> cotangents;
  private final Set<Integer> wanted;
  private final JointStep step;
  private final Map<Node, Node> invariants = new IdentityHashMap<>();
  private final Set<Node> kept = new LinkedHashSet<>();
  private final Set<Node> stacked = new LinkedHashSet<>();
  private final Set<Node> accumulated = new LinkedHashSet<>();
  private final Map<Node, Value> arrays = new IdentityHashMap<>();
  private final Map<Node, Value> totals = new IdentityHashMap<>();

  /// @param results some results of one scan, at least one
  /// @param cotangents of results, by number
  /// @param wanted numbers of the operands whose cotangents are wanted
  ScanGradient(
      GraphBuilder outer, Node result, Map<Integer, Value> cotangents, Set<Integer> wanted) {
    this.outer = outer;
    this.scan = (Scan) result.op();
    this.operands = result.inputs();
    this.cotangents = cotangents;
    this.wanted = wanted;
    step = new JointStep(scan, cotangents.keySet(), wanted);
  }

  /// Gives the sink the cotangents of the operands.
  void apply(Derivatives.Sink sink) {
    if (step.seeds().isEmpty()) return;
    findInvariants();
    var sums = new TimeSum(step, this, scan.length());
    var ofInvariants = new LinkedHashMap<Integer, Supplier<Value>>();
    for (int i : wanted) if (isSummed(i)) sums.stackFactors(step.cotangent(i).get());
    for (int i : wanted) if (scan.isSequence(i)) step.cotangent(i).ifPresent(this::stack);
    for (int i : wanted) if (isSummed(i)) ofInvariants.put(i, sums.of(step.cotangent(i).get()));
    var backward = new Backward();
    Residuals.choose(step, backward.roots(), kept);
    runForward();
    backward.run();
    for (int i : wanted) {
      if (i < scan.carries() && step.seeds().containsKey(i)) {
        sink.give(i, () -> backward.carries.get(i));
      } else if (scan.isSequence(i) && step.cotangent(i).isPresent()) {
        sink.give(i, () -> array(step.cotangent(i).get()));
      } else if (ofInvariants.containsKey(i)) {
        sink.give(i, ofInvariants.get(i));
      }
    }
  }

  /// Whether the operand is an invariant that a cotangent flows to.
  private boolean isSummed(int operand) {
    return operand >= scan.carries() + scan.sequences() && step.cotangent(operand).isPresent();
  }

  /// Computes outside of the loops what is the same in all steps.
  private void findInvariants() {
    for (Node node : step.nodes()) {
      if (step.phase(node) != Phase.INVARIANT) continue;
      invariants.put(
          node,
          node.op() instanceof Input
              ? operands.get(step.operand(node))
              : outer.add(node.op(), node.inputs().stream().map(invariants::get).toList()));
    }
  }

  private Value value(Node node) {
    return new Value(outer, node);
  }

  // --- what sums over time ask for

  @Override
  public void stack(Node node) {
    if (isGiven(node)) return;
    if (step.phase(node) == Phase.FORWARD) kept.add(node);
    else stacked.add(node);
  }

  @Override
  public void accumulate(Node node) {
    accumulated.add(node);
  }

  @Override
  public boolean isStacked(Node node) {
    return isGiven(node) || kept.contains(node) || stacked.contains(node);
  }

  /// A sequence of the scan or the cotangent of a stack.
  private boolean isGiven(Node node) {
    return step.isSlice(node) || seedOf(node) >= scan.carries();
  }

  /// The result whose cotangent the node is in each step, or -1.
  private int seedOf(Node node) {
    for (var seed : step.seeds().entrySet()) if (seed.getValue() == node) return seed.getKey();
    return -1;
  }

  @Override
  public Value array(Node node) {
    if (step.isSlice(node)) return value(operands.get(step.operand(node)));
    int seed = seedOf(node);
    return seed >= scan.carries() ? cotangents.get(seed) : arrays.get(node);
  }

  @Override
  public Value accumulated(Node node) {
    return totals.get(node);
  }

  @Override
  public Value invariant(Node node) {
    return value(invariants.get(node));
  }

  // --- the loops

  /// The forward loop, with what is kept as further outputs.
  private void runForward() {
    if (kept.isEmpty()) return;
    var body = new GraphBuilder();
    var copies = new IdentityHashMap<Node, Node>();
    for (int i = 0; i < operands.size(); i++) {
      copies.put(step.input(i), body.add(step.input(i).op()));
    }
    for (Node node : step.nodes()) {
      if (step.phase(node) == Phase.BACKWARD || node.op() instanceof Input) continue;
      copies.put(node, body.add(node.op(), node.inputs().stream().map(copies::get).toList()));
    }
    var outputs = new ArrayList<Output>();
    for (int i = 0; i < scan.carries(); i++) {
      outputs.add(Output.of("next" + i, copies.get(step.result(i))));
    }
    for (Node node : kept) {
      outputs.add(Output.of("kept" + (outputs.size() - scan.carries()), copies.get(node)));
    }
    int result = scan.carries();
    var forward = scan.withBody(body.build(outputs));
    for (Node node : kept) {
      arrays.put(node, value(outer.add(forward.withOutput(result++), operands)));
    }
  }

  /// The loop over the steps in the other order.
  private final class Backward {
    final Map<Integer, Value> carries = new LinkedHashMap<>();
    private final GraphBuilder body = outer.nested();
    private final Map<Node, Node> copies = new IdentityHashMap<>();
    private final List<Node> loopOperands = new ArrayList<>();

    /// Everything that it computes for others.
    List<Node> roots() {
      var roots = new ArrayList<Node>();
      for (int i : step.seeds().keySet()) {
        if (i < scan.carries()) step.cotangent(i).ifPresent(roots::add);
      }
      roots.addAll(accumulated);
      roots.addAll(stacked);
      return roots;
    }

    void run() {
      var flowing = step.seeds().keySet().stream().filter(i -> i < scan.carries()).toList();
      for (int i : flowing) {
        var start = cotangents.getOrDefault(i, value(operands.get(i)).filled(0));
        copies.put(step.seeds().get(i), operand("d" + i, start.node(), start.type()));
      }
      var sums = new ArrayList<Node>();
      for (Node node : accumulated) {
        var zero = Value.scalar(outer, node.type().dtype(), 0).broadcastTo(node.type().shape());
        sums.add(operand("sum" + sums.size(), zero.node(), node.type()));
      }
      int carried = loopOperands.size();
      var needed = needed();
      for (Node node : needed) {
        if (!isSliced(node)) continue;
        copies.put(node, operand("slice" + copies.size(), array(node).node(), node.type()));
      }
      int sequences = loopOperands.size() - carried;
      for (Node node : step.nodes()) {
        if (!needed.contains(node) || copies.containsKey(node)) continue;
        copies.put(node, body.add(node.op(), node.inputs().stream().map(this::copy).toList()));
      }
      var outputs = new ArrayList<Output>();
      for (int i : flowing) {
        var next = step.cotangent(i).map(this::copy).orElseGet(() -> zero(step.input(i)));
        outputs.add(Output.of("d" + i, next));
      }
      int number = 0;
      for (Node node : accumulated) {
        var sum = new Value(body, sums.get(number)).add(new Value(body, copy(node)));
        outputs.add(Output.of("sum" + number++, sum.node()));
      }
      for (Node node : stacked) outputs.add(Output.of("stack" + outputs.size(), copy(node)));
      results(flowing, carried, sequences, outputs);
    }

    private void results(List<Integer> flowing, int carried, int sequences, List<Output> outputs) {
      var graph = body.build(outputs);
      loopOperands.addAll(body.captured());
      body.seal();
      int result = 0;
      var loop = new Scan(graph, carried, sequences, scan.length(), !scan.reverse(), 0);
      for (int i : flowing) carries.put(i, result(loop, result++));
      for (Node node : accumulated) totals.put(node, result(loop, result++));
      for (Node node : stacked) arrays.put(node, result(loop, result++));
    }

    private Value result(Scan loop, int result) {
      return value(outer.add(loop.withOutput(result), loopOperands));
    }

    private Node operand(String name, Node operand, TensorType type) {
      loopOperands.add(operand);
      return body.add(new Input(name, type));
    }

    private Node zero(Node like) {
      var type = like.type();
      return Value.scalar(body, type.dtype(), 0).broadcastTo(type.shape()).node();
    }

    private Node copy(Node node) {
      return step.phase(node) == Phase.INVARIANT
          ? body.own(invariants.get(node))
          : copies.get(node);
    }

    /// Whether the loop reads the value from an array.
    private boolean isSliced(Node node) {
      return isGiven(node) || kept.contains(node);
    }

    /// What the loop reads or computes in each step.
    private Set<Node> needed() {
      var needed = Collections.newSetFromMap(new IdentityHashMap<Node, Boolean>());
      var work = new ArrayDeque<>(roots());
      while (!work.isEmpty()) {
        var node = work.pop();
        if (step.phase(node) == Phase.INVARIANT || !needed.add(node)) continue;
        if (!isSliced(node)) work.addAll(node.inputs());
      }
      var ordered = new LinkedHashSet<Node>();
      for (Node node : step.nodes()) if (needed.contains(node)) ordered.add(node);
      return ordered;
    }
  }
}
