package io.gatun.graph.autodiff;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Scan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/// Reverse-mode differentiation: adds to a graph the nodes that compute gradients.
///
/// Only nodes on a path of floats from a `wrt` to the loss are visited, from the last to the first;
/// contributions to one node are added in that order, so the result is the same in every run.
public final class Gradient {
  private final GraphBuilder builder;
  private final List<Node> order;
  private final Set<Node> active = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Node, List<Node>> loops;
  private final Map<Node, Value> cotangents = new IdentityHashMap<>();

  private Gradient(GraphBuilder builder, List<Value> outputs, List<Value> wrt) {
    this.builder = builder;
    this.order = builder.build(outputs.stream().map(v -> Output.of("", v.node())).toList()).nodes();
    this.loops = loops(order);
    for (Value value : wrt) active.add(value.node());
    for (Node node : order) {
      boolean reads = node.inputs().stream().anyMatch(active::contains);
      if (reads && node.type().dtype().isFloat()) active.add(node);
    }
  }

  /// Gradient of the scalar `loss` with respect to `wrt`.
  public static Value of(Value loss, Value wrt) {
    return of(loss, List.of(wrt)).getFirst();
  }

  /// Gradients of the scalar `loss` with respect to each of `wrt`, inputs or any other values;
  /// zeros where the loss does not depend on one.
  ///
  /// @throws GraphException when the loss is no scalar or a type is no float
  public static List<Value> of(Value loss, List<Value> wrt) {
    if (loss.rank() != 0) {
      throw GraphException.atCaller(
          "gradient: the loss is %s, not a scalar; take its sum() or mean(), or give cotangents",
          loss.type());
    }
    return of(List.of(loss), List.of(loss.filled(1)), wrt);
  }

  /// Products of each output's cotangent with its Jacobian, summed over the outputs, with respect
  /// to each of `wrt`.
  ///
  /// @param cotangents one for each output, of its type
  public static List<Value> of(List<Value> outputs, List<Value> cotangents, List<Value> wrt) {
    for (Value value : outputs) checkFloat(value);
    for (Value value : wrt) checkFloat(value);
    var found = flow(outputs, cotangents, wrt);
    var gradients = new ArrayList<Value>();
    for (Value value : wrt) {
      var gradient = found.get(value.node());
      gradients.add(gradient == null ? value.filled(0) : gradient);
    }
    return gradients;
  }

  private static void checkFloat(Value value) {
    if (!value.dtype().isFloat()) {
      throw GraphException.atCaller(
          "gradient: %s is no float and has no gradient; cast it before it is used", value.type());
    }
  }

  /// The cotangents of all nodes that the outputs reach on a path to `wrt`.
  static Map<Node, Value> flow(List<Value> outputs, List<Value> seeds, List<Value> wrt) {
    var gradient = new Gradient(outputs.getFirst().builder(), outputs, wrt);
    for (int i = 0; i < outputs.size(); i++) {
      var seed = seeds.get(i);
      if (!seed.type().equals(outputs.get(i).type())) {
        throw GraphException.atCaller(
            "gradient: output %s has a cotangent %s", outputs.get(i).type(), seed.type());
      }
      gradient.accumulate(outputs.get(i).node(), () -> seed);
    }
    for (Node node : gradient.order.reversed()) gradient.visit(node);
    return gradient.cotangents;
  }

  private void visit(Node node) {
    if (node.op() instanceof Scan) {
      visitScan(node);
      return;
    }
    var dy = cotangents.get(node);
    if (dy == null) return;
    var y = new Value(builder, node);
    new Derivatives(y, dy, (i, cotangent) -> accumulate(node.input(i), cotangent)).apply();
  }

  /// Differentiates all results of a scan at its first: then everything that reads one is done.
  private void visitScan(Node node) {
    var results = loops.get(node);
    if (results == null) return;
    var found = new TreeMap<Integer, Value>();
    for (Node result : results) {
      var dy = cotangents.get(result);
      if (dy != null) found.put(((Scan) result.op()).output(), dy);
    }
    var wanted = new TreeSet<Integer>();
    for (int i = 0; i < node.inputs().size(); i++)
      if (active.contains(node.input(i))) wanted.add(i);
    if (found.isEmpty() || wanted.isEmpty()) return;
    new ScanGradient(builder, node, found, wanted)
        .apply((i, cotangent) -> accumulate(node.input(i), cotangent));
  }

  /// The results of each scan by the first of them.
  private static Map<Node, List<Node>> loops(List<Node> order) {
    var loops = new IdentityHashMap<Node, List<Node>>();
    var firsts = new HashMap<List<Object>, Node>();
    for (Node node : order) {
      if (!(node.op() instanceof Scan scan)) continue;
      var first = firsts.computeIfAbsent(List.of(scan.withOutput(0), node.inputs()), _ -> node);
      loops.computeIfAbsent(first, _ -> new ArrayList<>()).add(node);
    }
    return loops;
  }

  private void accumulate(Node node, Supplier<Value> cotangent) {
    if (active.contains(node)) cotangents.merge(node, cotangent.get(), Value::add);
  }

  /// The gradient of one output of a function as a function: from its inputs and the cotangent of
  /// the output to the cotangents of the inputs, each named after its input; those that the output
  /// does not depend on are left out.
  static Graph adjoint(Graph function, int output) {
    var builder = new GraphBuilder();
    var inputs = new ArrayList<Value>();
    for (Node node : function.inputs()) {
      inputs.add(new Value(builder, builder.add(node.op())));
    }
    var results = builder.inline(function, inputs.stream().map(Value::node).toList());
    var y = new Value(builder, results.get(output));
    var name = "d(" + function.outputs().get(output).name() + ")";
    var dy = Value.input(builder, name, y.type());
    var floats = inputs.stream().filter(v -> v.dtype().isFloat()).toList();
    var found = flow(List.of(y), List.of(dy), floats);
    return builder.build(
        floats.stream()
            .flatMap(v -> Optional.ofNullable(found.get(v.node())).map(d -> named(v, d)).stream())
            .toList());
  }

  private static Output named(Value input, Value cotangent) {
    return Output.of(((Input) input.node().op()).name(), cotangent.node());
  }
}
