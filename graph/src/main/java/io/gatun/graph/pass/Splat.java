package io.gatun.graph.pass;

import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Node;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.util.Optional;

/// Values whose elements are all one known number: a constant of one element, or a broadcast of it.
final class Splat {
  private Splat() {}

  /// The number as a scalar literal, where `node` is a splat.
  static Optional<Literal> of(Node node) {
    Node source = node.op() instanceof Broadcast ? node.input(0) : node;
    return source.op() instanceof Constant(var literal) && literal.type().size() == 1
        ? Optional.of(scalar(literal))
        : Optional.empty();
  }

  /// Whether every element of `node` is known to be `value`.
  static boolean is(Node node, double value) {
    return of(node).filter(literal -> literal.at(0) == value).isPresent();
  }

  /// The number that all elements of a literal are, bit for bit, as a scalar; empty if they differ.
  static Optional<Literal> of(Literal literal) {
    if (literal.type().size() == 0) return Optional.empty();
    // Equal elements means that the bytes do not change when shifted by one element.
    long bytes = literal.type().bytes();
    long step = literal.type().dtype().bytes();
    var head = literal.data().asSlice(0, bytes - step);
    var tail = literal.data().asSlice(step, bytes - step);
    return head.mismatch(tail) < 0 ? Optional.of(scalar(literal)) : Optional.empty();
  }

  private static Literal scalar(Literal literal) {
    if (literal.type().shape().rank() == 0) return literal;
    var type = TensorType.of(literal.type().dtype());
    return Literal.of(type, literal.data().asSlice(0, type.bytes()));
  }
}
