package io.gatun.graph.ir;

import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// One SSA value. Interned by [GraphBuilder], so identity is equality and long graphs are compared
/// without recursion.
public final class Node {
  private final int id;
  private final Op op;
  private final List<Node> inputs;
  private final TensorType type;
  private final String source;

  Node(int id, Op op, List<Node> inputs, TensorType type) {
    this(id, op, inputs, type, "");
  }

  Node(int id, Op op, List<Node> inputs, TensorType type, String source) {
    this.source = source;
    this.id = id;
    this.op = op;
    this.inputs = List.copyOf(inputs);
    this.type = type;
  }

  /// Position in the builder's order of creation; unique within one builder.
  public int id() {
    return id;
  }

  public Op op() {
    return op;
  }

  public List<Node> inputs() {
    return inputs;
  }

  public Node input(int i) {
    return inputs.get(i);
  }

  public TensorType type() {
    return type;
  }

  /// What the node was made from, for profiles: the name of a node in a model's file. Passes hand
  /// it on. Empty where nothing is known; no part of what the node computes.
  public String source() {
    return source;
  }

  /// Types of the operands.
  public List<TensorType> inputTypes() {
    return inputs.stream().map(Node::type).toList();
  }

  @Override
  public String toString() {
    return "%" + id;
  }
}
