package io.gatun.graph.pass;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.tensor.NdArray;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Values that are known before a graph runs: what follows from constants and from inputs whose
/// values are given, computed by the reference evaluator when it is asked for.
public final class Known {
  /// More elements than shapes, indices or conditions have.
  private static final long LARGEST = 1 << 22;

  private final Map<Node, NdArray> values = new IdentityHashMap<>();
  private final Set<Node> unknown = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Set<Node> read = Collections.newSetFromMap(new IdentityHashMap<>());

  /// Nothing but what follows from constants.
  public Known() {}

  /// Gives the value of an input.
  public void give(Value input, NdArray value) {
    if (!value.type().equals(input.type())) {
      throw GraphException.atCaller("%s is given as %s", input, value.type());
    }
    values.put(input.node(), value);
  }

  /// The value, where it is known.
  public Optional<NdArray> of(Value value) {
    return find(value.node()).isPresent() ? Optional.empty() : Optional.of(value(value.node()));
  }

  private NdArray value(Node node) {
    if (node.op() instanceof Input) read.add(node);
    return values.get(node);
  }

  /// Names of the inputs whose values have been used: for other values of the others all is the
  /// same.
  public Set<String> read() {
    return read.stream().map(node -> ((Input) node.op()).name()).collect(Collectors.toSet());
  }

  /// What an unknown value depends on, for a message.
  public String reason(Value value) {
    return find(value.node())
        .map(
            node ->
                node.op() instanceof Input input
                    ? "it depends on the value of input \"" + input.name() + "\""
                    : "it has " + node.type().size() + " elements, too many to compute here")
        .orElse("it is known");
  }

  /// A node that makes the value unknown; empty where it is known, and then in [#values].
  private Optional<Node> find(Node root) {
    var work = new ArrayDeque<Node>();
    work.push(root);
    while (!work.isEmpty()) {
      var node = work.peek();
      if (values.containsKey(node)) {
        work.pop();
        continue;
      }
      if (!unknown.contains(node) && !isLeaf(node)) {
        var open = node.inputs().stream().filter(n -> !values.containsKey(n)).toList();
        if (!open.isEmpty()) {
          open.forEach(work::push);
          continue;
        }
      }
      if (unknown.contains(node) || !evaluate(node)) {
        unknown.add(node);
        return Optional.of(node);
      }
    }
    return Optional.empty();
  }

  private static boolean isLeaf(Node node) {
    return node.inputs().isEmpty() || node.type().size() > LARGEST;
  }

  private boolean evaluate(Node node) {
    if (node.type().size() > LARGEST || node.op() instanceof Input) return false;
    var operands = node.inputs().stream().map(this::value).toList();
    values.put(node, node.op().evaluate(operands).rounded());
    return true;
  }
}
