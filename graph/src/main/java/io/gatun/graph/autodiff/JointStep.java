package io.gatun.graph.autodiff;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// One step of a scan together with its gradient, in one graph: what the step computes, and from
/// the cotangents of its results (inputs `d0`, `d1` ...) those of its inputs. Each node belongs to
/// a [Phase].
final class JointStep {
  /// When a value is known.
  enum Phase {
    /// Before the loop: the same in all steps.
    INVARIANT,
    /// In the forward loop.
    FORWARD,
    /// In the backward loop only: it depends on a cotangent.
    BACKWARD
  }

  private final Scan scan;
  private final GraphBuilder builder = new GraphBuilder();
  private final List<Node> inputs = new ArrayList<>();
  private final List<Node> results;
  private final Map<Integer, Node> seeds = new LinkedHashMap<>();
  private final Map<Node, Value> cotangents = new IdentityHashMap<>();
  private final Map<Node, Phase> phases = new IdentityHashMap<>();
  private final List<Node> nodes = new ArrayList<>();

  /// The step of `scan`, for cotangents of the results for which `given` has one.
  ///
  /// @param wanted the operands whose cotangents are wanted
  JointStep(Scan scan, Set<Integer> given, Set<Integer> wanted) {
    this.scan = scan;
    for (TensorType type : scan.body().inputTypes()) {
      inputs.add(builder.add(new Input("x" + inputs.size(), type)));
    }
    results = builder.inline(scan.body(), inputs);
    var active = active(wanted);
    var reached = reached(active, given);
    for (int i = 0; i < results.size(); i++) {
      boolean flows =
          i < scan.carries()
              ? active.contains(inputs.get(i))
                  && (given.contains(i) || reached.contains(inputs.get(i)))
              : given.contains(i) && active.contains(results.get(i));
      if (flows) seeds.put(i, builder.add(new Input("d" + i, results.get(i).type())));
    }
    differentiate(active);
    classify();
  }

  private List<Node> order() {
    return builder.build(results.stream().map(n -> Output.of("", n)).toList()).nodes();
  }

  /// The nodes on paths of floats from the wanted inputs, also by way of earlier steps.
  private Set<Node> active(Set<Integer> wanted) {
    var active = Collections.newSetFromMap(new IdentityHashMap<Node, Boolean>());
    for (int i : wanted) active.add(inputs.get(i));
    var order = order();
    boolean grows = true;
    while (grows) {
      for (Node node : order) {
        boolean reads = node.inputs().stream().anyMatch(active::contains);
        if (reads && node.type().dtype().isFloat()) active.add(node);
      }
      grows = false;
      for (int i = 0; i < scan.carries(); i++) {
        if (active.contains(results.get(i))) grows |= active.add(inputs.get(i));
      }
    }
    return active;
  }

  /// The active nodes that results with a cotangent depend on, also by way of later steps.
  private Set<Node> reached(Set<Node> active, Set<Integer> given) {
    var reached = Collections.newSetFromMap(new IdentityHashMap<Node, Boolean>());
    for (int i : given) if (active.contains(results.get(i))) reached.add(results.get(i));
    var order = order();
    boolean grows = true;
    while (grows) {
      for (Node node : order.reversed()) {
        if (reached.contains(node)) {
          node.inputs().stream().filter(active::contains).forEach(reached::add);
        }
      }
      grows = false;
      for (int i = 0; i < scan.carries(); i++) {
        if (reached.contains(inputs.get(i)) && active.contains(results.get(i))) {
          grows |= reached.add(results.get(i));
        }
      }
    }
    return reached;
  }

  private void differentiate(Set<Node> active) {
    if (seeds.isEmpty()) return;
    var outputs = seeds.keySet().stream().map(i -> value(results.get(i))).toList();
    var wrt = inputs.stream().filter(active::contains).map(this::value).toList();
    cotangents.putAll(
        Gradient.flow(outputs, seeds.values().stream().map(this::value).toList(), wrt));
  }

  private void classify() {
    var outputs = new ArrayList<Output>();
    Stream.concat(results.stream(), cotangents.values().stream().map(Value::node))
        .forEach(n -> outputs.add(Output.of("", n)));
    nodes.addAll(builder.build(outputs).nodes());
    for (int i = 0; i < inputs.size(); i++) {
      boolean varies = i < scan.carries() || scan.isSequence(i);
      phases.put(inputs.get(i), varies ? Phase.FORWARD : Phase.INVARIANT);
    }
    seeds.values().forEach(n -> phases.put(n, Phase.BACKWARD));
    for (Node node : nodes) {
      if (node.op() instanceof Input) continue;
      phases.put(
          node,
          node.inputs().stream()
              .map(phases::get)
              .max(Comparable::compareTo)
              .orElse(Phase.INVARIANT));
    }
  }

  Value value(Node node) {
    return new Value(builder, node);
  }

  /// All nodes, operands first.
  List<Node> nodes() {
    return nodes;
  }

  Node input(int operand) {
    return inputs.get(operand);
  }

  Node result(int result) {
    return results.get(result);
  }

  /// The results with a cotangent, and the inputs that stand for it; carries first.
  Map<Integer, Node> seeds() {
    return Collections.unmodifiableMap(seeds);
  }

  /// The cotangent of an input of the step, if anything flows there.
  Optional<Node> cotangent(int operand) {
    return Optional.ofNullable(cotangents.get(inputs.get(operand))).map(Value::node);
  }

  Phase phase(Node node) {
    return phases.get(node);
  }

  /// Whether the node is a slice of one of the scan's sequences.
  boolean isSlice(Node node) {
    int operand = inputs.indexOf(node);
    return operand >= 0 && scan.isSequence(operand);
  }

  /// The operand that an input of the step stands for.
  int operand(Node input) {
    return inputs.indexOf(input);
  }
}
