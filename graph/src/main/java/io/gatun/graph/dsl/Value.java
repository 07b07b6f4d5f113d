package io.gatun.graph.dsl;

import io.gatun.graph.ir.Concat;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Iota;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Random;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A tensor in a graph that is being written. Its methods add nodes and compute nothing.
///
/// Operands are broadcast to a common shape by NumPy's rule; element types are never converted: two
/// that differ are an error, and a Java number takes the tensor's. An axis counts from the end when
/// negative. Errors are [GraphException]s that name the operation, the types and the line of your
/// code.
public record Value(GraphBuilder builder, Node node) implements Elementwise, Movement, Folds {
  /// A parameter of the graph.
  public static Value input(GraphBuilder builder, String name, TensorType type) {
    return new Value(builder, builder.add(new Input(name, type)));
  }

  /// A value known now.
  public static Value constant(GraphBuilder builder, Literal literal) {
    return new Value(builder, builder.add(new Constant(literal)));
  }

  /// A constant of rank 0; an integer type wants an integral value.
  public static Value scalar(GraphBuilder builder, DType dtype, double value) {
    if (!dtype.isFloat() && value != Math.rint(value)) {
      throw GraphException.atCaller("constant %s is not of type %s", value, dtype.text());
    }
    return constant(builder, Literal.of(TensorType.of(dtype), value));
  }

  /// Numbers 0, 1, 2 ... along one axis.
  public static Value iota(GraphBuilder builder, TensorType type, int axis) {
    return new Value(builder, builder.add(new Iota(type, type.shape().axis(axis))));
  }

  /// Uniform `f32` in [0, 1) from Philox blocks `counter` and following; see [Random]. Draws of
  /// `n` numbers use `ceil(n / 4)` blocks.
  ///
  /// @param key seed, `i64[]`
  /// @param counter number of the first block, `i64[]`
  public static Value uniform(Value key, Value counter, Shape shape) {
    return key.apply(new Random(Random.Kind.UNIFORM, shape), counter);
  }

  /// Standard normal `f32` (Box and Muller 1958) from [#uniform] draws of twice the shape.
  public static Value normal(Value key, Value counter, Shape shape) {
    var dims = new ArrayList<>(shape.dims());
    dims.addFirst(2);
    var uniform = uniform(key, counter, new Shape(dims));
    var radius = uniform.index(0, 0).neg().log1p().mul(-2).sqrt();
    return radius.mul(uniform.index(0, 1).mul(2 * Math.PI).cos());
  }

  /// Joins values along an axis; they agree in every other.
  public static Value concat(int axis, List<Value> values) {
    var first = values.getFirst();
    var others = values.subList(1, values.size()).toArray(Value[]::new);
    return first.apply(new Concat(first.axis("concat", axis)), others);
  }

  /// Joins values along an axis; they agree in every other.
  public static Value concat(int axis, Value... values) {
    return concat(axis, List.of(values));
  }

  /// Joins values of one type along a new axis.
  public static Value stack(int axis, Value... values) {
    return concat(axis, Arrays.stream(values).map(v -> v.expandDims(axis)).toList());
  }

  public TensorType type() {
    return node.type();
  }

  public DType dtype() {
    return type().dtype();
  }

  public Shape shape() {
    return type().shape();
  }

  public int rank() {
    return shape().rank();
  }

  /// Size of an axis.
  public int dim(int axis) {
    return shape().dim(axis("dim", axis));
  }

  /// A constant of rank 0 and this element type.
  public Value scalar(double value) {
    return scalar(builder, dtype(), value);
  }

  /// This type filled with one number.
  public Value filled(double value) {
    return scalar(value).broadcastTo(shape());
  }

  /// The value of any operation on this and other operands, without broadcasting. Where some are
  /// of a graph and others of a function inside of it, the value is one of the function.
  public Value apply(Op op, Value... others) {
    var nodes = new ArrayList<>(List.of(node));
    var innermost = builder;
    for (Value other : others) {
      nodes.add(other.node);
      if (innermost.encloses(other.builder)) innermost = other.builder;
    }
    return new Value(innermost, innermost.add(op, nodes));
  }

  /// The axis counted from 0.
  int axis(String op, int axis) {
    if (axis >= -rank() && axis < rank()) return axis < 0 ? axis + rank() : axis;
    throw GraphException.atCaller("%s: no axis %d in %s", op, axis, type());
  }

  /// The axes counted from 0; all of them for an empty list.
  List<Integer> axes(String op, int... axes) {
    var list = new ArrayList<Integer>();
    for (int axis : axes) list.add(axis(op, axis));
    for (int axis = 0; axes.length == 0 && axis < rank(); axis++) list.add(axis);
    return list;
  }

  /// The shape that both operands of `op` broadcast to.
  static Shape broadcast(String op, Value a, Value b) {
    try {
      return Shape.broadcast(a.shape(), b.shape());
    } catch (IllegalArgumentException _) {
      throw GraphException.atCaller("%s: %s and %s do not broadcast", op, a.type(), b.type());
    }
  }

  /// Prints as `%3:f32[4,3]`.
  @Override
  public String toString() {
    return node + ":" + type();
  }
}
