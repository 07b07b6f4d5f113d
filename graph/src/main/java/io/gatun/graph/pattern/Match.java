package io.gatun.graph.pattern;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What patterns ask of a node.
final class Match {
  /// Exporters write constants such as the root of 2 with six digits and more.
  private static final double DIGITS = 1e-5;

  private Match() {}

  /// The operands of a binary operation of that kind; empty for any other node.
  static List<Node> operands(Node node, Binary.Kind kind) {
    return node.op() instanceof Binary(var k) && k == kind ? node.inputs() : List.of();
  }

  /// The operand of a unary operation of that kind.
  static Optional<Node> operand(Node node, Unary.Kind kind) {
    return node.op() instanceof Unary(var k) && k == kind
        ? Optional.of(node.input(0))
        : Optional.empty();
  }

  /// The number that all elements are known to be.
  static OptionalDouble number(Node node) {
    Node source = node;
    while (source.op() instanceof Broadcast || source.op() instanceof Reshape) {
      source = source.input(0);
    }
    return source.op() instanceof Constant(var literal) && literal.type().size() == 1
        ? OptionalDouble.of(literal.at(0))
        : OptionalDouble.empty();
  }

  static boolean isNumber(Node node, double value) {
    var number = number(node);
    return number.isPresent() && near(number.getAsDouble(), value);
  }

  static boolean near(double x, double y) {
    return Math.abs(x - y) <= DIGITS * Math.abs(y);
  }

  /// What a chain of reshapes starts from.
  static Node unshaped(Node node) {
    Node source = node;
    while (source.op() instanceof Reshape) source = source.input(0);
    return source;
  }

  /// What is the same along a row, the last axis of `shape`: the value by row, of any shape.
  static Optional<Node> byRow(Node node, Shape shape) {
    return node.op() instanceof Broadcast
            && shape.rank() > 0
            && node.type().shape().equals(shape)
            && node.input(0).type().shape().equals(shape.with(shape.rank() - 1, 1))
        ? Optional.of(unshaped(node.input(0)))
        : Optional.empty();
  }

  /// A parameter with an element for each place of the last axis, which has `size`, as a vector.
  static Optional<Value> byColumn(Value root, Node node, int size) {
    Node source = node.op() instanceof Broadcast ? node.input(0) : node;
    var shape = source.type().shape();
    boolean fits = shape.rank() > 0 && shape.size() == size && shape.dim(shape.rank() - 1) == size;
    Node parameter = unshaped(source);
    return fits && (parameter.op() instanceof Constant || parameter.op() instanceof Input)
        ? Optional.of(new Value(root.builder(), source).reshape(size))
        : Optional.empty();
  }

  /// The rows of which `node` holds the mean of each, over the last axis.
  static Optional<Node> meanOfRows(Node node) {
    var quotient = operands(node, Binary.Kind.DIV);
    if (!quotient.isEmpty()) return sumOfRows(quotient.get(0), quotient.get(1), false);
    var product = operands(node, Binary.Kind.MUL);
    if (product.isEmpty()) return Optional.empty();
    return sumOfRows(product.get(0), product.get(1), true)
        .or(() -> sumOfRows(product.get(1), product.get(0), true));
  }

  private static Optional<Node> sumOfRows(Node sum, Node count, boolean inverse) {
    Node source = unshaped(sum);
    if (!(source.op() instanceof Reduce(var kind, var axes, _)) || kind != Reduce.Kind.SUM) {
      return Optional.empty();
    }
    var rows = source.input(0);
    int last = rows.type().shape().rank() - 1;
    if (!axes.equals(List.of(last))) return Optional.empty();
    double size = rows.type().shape().dim(last);
    return isNumber(count, inverse ? 1 / size : size) ? Optional.of(rows) : Optional.empty();
  }

  /// The function of which `node` is the first result.
  static Optional<Composite> function(Node node, String name) {
    return node.op() instanceof Composite c && c.output() == 0 && c.name().equals(name)
        ? Optional.of(c)
        : Optional.empty();
  }
}
