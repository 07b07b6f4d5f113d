package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Immutable list of nodes in topological order, with named outputs.
///
/// Graphs are equal when they are the same operations on the same operands, line by line, whoever
/// built them: so two equal calls of a [Composite] are one value.
public record Graph(List<Node> nodes, List<Output> outputs) {
  private record Line(Object operation, List<Integer> operands) {}

  public Graph {
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
  }

  /// The [Input] nodes in order: the parameters of the graph seen as a function.
  public List<Node> inputs() {
    return nodes.stream().filter(n -> n.op() instanceof Input).toList();
  }

  public List<TensorType> inputTypes() {
    return inputs().stream().map(Node::type).toList();
  }

  public List<Node> outputNodes() {
    return outputs.stream().map(Output::node).toList();
  }

  /// Reference values of the outputs, computed node by node.
  public List<NdArray> evaluate(List<NdArray> arguments) {
    var values = evaluateAll(arguments);
    return outputNodes().stream().map(values::get).toList();
  }

  /// Reference value of every node.
  public Map<Node, NdArray> evaluateAll(List<NdArray> arguments) {
    var types = arguments.stream().map(NdArray::type).toList();
    GraphException.check(
        types.equals(inputTypes()), "graph wants inputs %s, got %s", inputTypes(), types);
    var values = new IdentityHashMap<Node, NdArray>();
    var loops = new HashMap<Line, List<NdArray>>();
    var next = arguments.iterator();
    for (Node node : nodes) {
      var operands = node.inputs().stream().map(values::get).toList();
      values.put(
          node,
          switch (node.op()) {
            case Input _ -> next.next();
            case Scan scan -> results(loops, node, scan, operands).get(scan.output());
            case Op op -> op.evaluate(operands);
          });
    }
    return values;
  }

  /// All results of a scan, computed when the first of them is needed.
  private static List<NdArray> results(
      Map<Line, List<NdArray>> loops, Node node, Scan scan, List<NdArray> operands) {
    var loop = new Line(scan.withOutput(0), node.inputs().stream().map(Node::id).toList());
    return loops.computeIfAbsent(loop, _ -> scan.evaluateAll(operands));
  }

  /// Which nodes read each node, in order; a node that reads an operand twice is listed once.
  public Map<Node, List<Node>> users() {
    var users = new IdentityHashMap<Node, List<Node>>();
    for (Node node : nodes) users.put(node, new ArrayList<>());
    for (Node node : nodes) {
      for (Node input : node.inputs()) {
        var list = users.get(input);
        if (list.isEmpty() || list.getLast() != node) list.add(node);
      }
    }
    return users;
  }

  private List<Line> lines() {
    var position = new IdentityHashMap<Node, Integer>();
    var lines = new ArrayList<Line>();
    for (Node node : nodes) {
      lines.add(new Line(node.op(), node.inputs().stream().map(position::get).toList()));
      position.put(node, position.size());
    }
    for (Output output : outputs) {
      var targets = new ArrayList<>(List.of(position.get(output.node())));
      output.updates().map(position::get).ifPresent(targets::add);
      lines.add(new Line(output.name(), targets));
    }
    return lines;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Graph graph && lines().equals(graph.lines());
  }

  @Override
  public int hashCode() {
    return lines().hashCode();
  }

  /// The textual IR; see [GraphText].
  @Override
  public String toString() {
    return GraphText.print(this);
  }
}
