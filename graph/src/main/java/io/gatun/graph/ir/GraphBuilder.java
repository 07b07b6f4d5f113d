package io.gatun.graph.ir;

import io.gatun.graph.tensor.TensorType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The only maker of nodes: infers types, interns equal nodes (common subexpressions are shared for
/// free) and, in [#build], drops what no output needs.
public final class GraphBuilder {
  private record Key(Op op, List<Integer> inputs) {}

  private final Map<Key, Node> interned = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Optional<GraphBuilder> enclosing;
  private final Map<Node, Node> captured = new LinkedHashMap<>();
  private boolean sealed;
  private String source = "";

  /// A builder without nodes.
  public GraphBuilder() {
    this(Optional.empty());
  }

  private GraphBuilder(Optional<GraphBuilder> enclosing) {
    this.enclosing = enclosing;
  }

  /// A builder of a function inside of this one's graph, which may use this graph's nodes: such a
  /// node becomes an input of the function, after those that are there, and is listed in
  /// [#captured]. Constants and what only moves elements are repeated inside instead.
  public GraphBuilder nested() {
    var inner = new GraphBuilder(Optional.of(this));
    inner.source = source;
    return inner;
  }

  /// What the nodes that are added from now on are put down to; see [Node#source].
  public void source(String name) {
    source = name;
  }

  /// What nodes are put down to that are added now.
  public String source() {
    return source;
  }

  /// The nodes of enclosing graphs that became inputs, in that order.
  public List<Node> captured() {
    return List.copyOf(captured.keySet());
  }

  /// Whether `inner` makes a function inside of this builder's graph, at any depth.
  public boolean encloses(GraphBuilder inner) {
    return inner.enclosing.filter(outer -> outer == this || encloses(outer)).isPresent();
  }

  /// The value of `op` on these operands.
  ///
  /// @throws GraphException when the operand types do not fit, naming the op, the types and the
  ///     caller's line
  public Node add(Op op, List<Node> operands) {
    if (sealed) {
      throw GraphException.atCaller(
          "%s: the function that an operand of %s belongs to is complete; let it give the value"
              + " as an output",
          op.text(), operands);
    }
    var inputs = new ArrayList<Node>(operands.size());
    for (Node operand : operands) {
      if (!owns(operand) && !isOfEnclosing(operand)) {
        throw GraphException.atCaller(
            "%s: operand %s:%s belongs to another graph", op.text(), operand, operand.type());
      }
      inputs.add(own(operand));
    }
    // Only now: an operand of another graph may have the id of one of ours.
    var key = new Key(op, inputs.stream().map(Node::id).toList());
    var known = interned.get(key);
    if (known != null) return known;
    var node = new Node(nodes.size(), op, inputs, infer(op, inputs), source);
    if (op instanceof Input input) checkName(input);
    interned.put(key, node);
    nodes.add(node);
    return node;
  }

  private boolean isOfEnclosing(Node node) {
    return enclosing.filter(outer -> outer.owns(node) || outer.isOfEnclosing(node)).isPresent();
  }

  /// The node of this graph that `node` is or, where it is one of an enclosing graph, that stands
  /// for it.
  ///
  /// @throws GraphException when it is a node of another graph
  public Node own(Node node) {
    if (owns(node)) return node;
    if (isOfEnclosing(node)) return capture(node);
    throw GraphException.atCaller("%s:%s belongs to another graph", node, node.type());
  }

  /// What stands for a node of an enclosing graph. Recurses along chains of movements only.
  private Node capture(Node node) {
    return switch (node.op()) {
      case Constant _, Iota _ -> add(node.op(), List.of());
      case Broadcast _, Reshape _, Transpose _, Slice _, Reverse _ ->
          add(node.op(), List.of(capture(node.input(0))));
      case Op _ -> {
        var known = captured.get(node);
        if (known != null) yield known;
        var input = add(new Input("captured" + captured.size(), node.type()), List.of());
        captured.put(node, input);
        yield input;
      }
    };
  }

  private boolean owns(Node node) {
    return node.id() < nodes.size() && nodes.get(node.id()) == node;
  }

  /// As [#add(Op, List)].
  public Node add(Op op, Node... inputs) {
    return add(op, List.of(inputs));
  }

  private static TensorType infer(Op op, List<Node> inputs) {
    try {
      return op.infer(inputs.stream().map(Node::type).toList());
    } catch (IllegalArgumentException e) {
      throw new GraphException(e.getMessage() + GraphException.site(), e);
    }
  }

  private void checkName(Input input) {
    if (!names.add(input.name())) {
      throw GraphException.atCaller("two inputs are named \"%s\"", input.name());
    }
  }

  /// Lets nothing be added any more, so that a value that left its function is found out.
  public void seal() {
    sealed = true;
  }

  /// Copies `graph` into this builder with its inputs replaced by `arguments`; gives its outputs.
  public List<Node> inline(Graph graph, List<Node> arguments) {
    GraphException.check(
        graph.inputTypes().equals(arguments.stream().map(Node::type).toList()),
        "inlined graph wants %s, got %s",
        graph.inputTypes(),
        arguments.stream().map(Node::type).toList());
    var copies = new IdentityHashMap<Node, Node>();
    var next = arguments.iterator();
    for (Node node : graph.nodes()) {
      copies.put(
          node,
          node.op() instanceof Input
              ? next.next()
              : add(node.op(), node.inputs().stream().map(copies::get).toList()));
    }
    return graph.outputNodes().stream().map(copies::get).toList();
  }

  /// The graph of everything that the outputs need; every input is kept, used or not.
  public Graph build(List<Output> outputs) {
    var live = Collections.newSetFromMap(new IdentityHashMap<Node, Boolean>());
    var work = new ArrayDeque<Node>();
    for (Output output : outputs) {
      GraphException.check(
          owns(output.node()) && output.updates().stream().allMatch(this::owns),
          "output \"%s\" is a node of another graph",
          output.name());
      work.add(output.node());
      output.updates().ifPresent(work::add);
    }
    while (!work.isEmpty()) {
      var node = work.pop();
      if (live.add(node)) work.addAll(node.inputs());
    }
    return new Graph(
        nodes.stream().filter(n -> live.contains(n) || n.op() instanceof Input).toList(), outputs);
  }
}
