package io.gatun.graph.testing;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Concat;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// Random graphs of `f32` elementwise, movement, reduction, matmul and scan ops; the same seed
/// gives the same graph. Values stay finite and moderate, and are continuous in the inputs
/// (comparisons are made on inputs alone), so that a device with less precision than the reference
/// must still agree.
public final class RandomGraphs {
  private static final List<Unary.Kind> UNARIES =
      List.of(
          Unary.Kind.NEG,
          Unary.Kind.ABS,
          Unary.Kind.SIN,
          Unary.Kind.COS,
          Unary.Kind.TANH,
          Unary.Kind.SIGMOID,
          Unary.Kind.ERF);
  private static final List<Binary.Kind> BINARIES =
      List.of(Binary.Kind.ADD, Binary.Kind.SUB, Binary.Kind.MUL, Binary.Kind.MAX, Binary.Kind.MIN);

  /// Values may grow to this before a `tanh` brings them back.
  private static final double BOUND = 100;

  private static final int SIZE = 4000;

  private final Random random;
  private final GraphBuilder builder = new GraphBuilder();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Node, Double> bounds = new IdentityHashMap<>();
  private int inputs;

  private RandomGraphs(long seed) {
    random = new Random(seed);
  }

  /// A graph of about 5 to 40 nodes with one to three inputs and as many outputs.
  public static Graph of(long seed) {
    return new RandomGraphs(seed).graph();
  }

  /// Arguments for the inputs of a graph: normally distributed floats and small integers.
  public static List<NdArray> arguments(Graph graph, long seed) {
    var types = graph.inputTypes();
    return IntStream.range(0, types.size())
        .mapToObj(i -> SampleArrays.random(types.get(i), seed + i))
        .toList();
  }

  private Graph graph() {
    int count = random.nextInt(5, 36);
    int[] sizes = {1, 2, 3, 5, 7, 8, 17, 33};
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      int[] dims = new int[random.nextInt(1, 4)];
      for (int axis = 0; axis < dims.length; axis++)
        dims[axis] = sizes[random.nextInt(sizes.length)];
      input(TensorType.f32(dims));
    }
    while (nodes.size() < count) grow(nodes.get(random.nextInt(nodes.size())));
    var outputs = new ArrayList<Output>();
    outputs.add(Output.of("y0", nodes.getLast()));
    for (int i = 1; i < random.nextInt(1, 4); i++) {
      outputs.add(Output.of("y" + i, nodes.get(random.nextInt(nodes.size()))));
    }
    return builder.build(outputs);
  }

  private void grow(Node x) {
    switch (random.nextInt(14)) {
      case 0, 1 -> add(Math.max(1, bound(x)), new Unary(pick(UNARIES)), x);
      case 2, 3, 4 -> binary(x);
      case 5 -> select(x);
      case 6 -> add(bound(x), new Transpose(permutation(x)), x);
      case 7 -> add(bound(x), new Reshape(reshaped(x)), x);
      case 8 -> broadcast(x);
      case 9 -> cut(x);
      case 10 -> join(x);
      case 11 -> reduce(x);
      case 12 -> product(x);
      case 13 -> scan(x);
      default -> throw new IllegalStateException("no such choice");
    }
  }

  private Node input(TensorType type) {
    var node = builder.add(new Input("x" + inputs++, type));
    nodes.add(node);
    // Normal variates beyond 6 are not met in samples of this size.
    bounds.put(node, 6.0);
    return node;
  }

  private Node add(double bound, Op op, Node... operands) {
    var node = builder.add(op, operands);
    if (bound > BOUND) {
      node = builder.add(new Unary(Unary.Kind.TANH), node);
      bound = 1;
    }
    if (bounds.putIfAbsent(node, bound) == null) nodes.add(node);
    return node;
  }

  private double bound(Node x) {
    return bounds.get(x);
  }

  private <E> E pick(List<E> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /// Another value of this type: an existing one, a scalar constant stretched, or a new input.
  private Node partner(TensorType type) {
    var same = nodes.stream().filter(n -> n.type().equals(type)).toList();
    if (random.nextInt(3) > 0 && same.size() > 1) return pick(same);
    if (inputs < 6 && random.nextBoolean()) return input(type);
    double value = (float) random.nextGaussian();
    var scalar = builder.add(new Constant(Literal.scalar(type.dtype(), value)));
    var stretched = builder.add(new Broadcast(type.shape()), scalar);
    if (bounds.putIfAbsent(stretched, Math.abs(value)) == null) nodes.add(stretched);
    return stretched;
  }

  private void binary(Node x) {
    var y = partner(x.type());
    var kind = pick(BINARIES);
    double bound = kind == Binary.Kind.MUL ? bound(x) * bound(y) : bound(x) + bound(y);
    add(bound, new Binary(kind), x, y);
  }

  private void select(Node x) {
    var type = x.type();
    var known =
        nodes.stream().filter(n -> n.op() instanceof Input && n.type().equals(type)).toList();
    if (known.isEmpty() && inputs >= 6) return;
    var left = known.isEmpty() ? input(type) : pick(known);
    var zero = builder.add(new Constant(Literal.scalar(type.dtype(), 0)));
    var zeros = builder.add(new Broadcast(type.shape()), zero);
    var condition = builder.add(new Binary(Binary.Kind.LT), left, zeros);
    var y = partner(type);
    add(Math.max(bound(x), bound(y)), new Select(), condition, x, y);
  }

  private List<Integer> permutation(Node x) {
    var axes = new ArrayList<>(IntStream.range(0, x.type().shape().rank()).boxed().toList());
    Collections.shuffle(axes, random);
    return axes;
  }

  private Shape reshaped(Node x) {
    var dims = new ArrayList<>(x.type().shape().dims());
    if (dims.size() > 1 && random.nextBoolean()) {
      int axis = random.nextInt(dims.size() - 1);
      dims.set(axis, dims.get(axis) * dims.remove(axis + 1));
    } else {
      dims.add(random.nextInt(dims.size() + 1), 1);
    }
    return new Shape(dims);
  }

  private void broadcast(Node x) {
    var dims = new ArrayList<>(x.type().shape().dims());
    for (int axis = 0; axis < dims.size(); axis++) {
      if (dims.get(axis) == 1 && random.nextBoolean()) dims.set(axis, random.nextInt(2, 6));
    }
    if (random.nextBoolean()) dims.addFirst(random.nextInt(1, 4));
    var shape = new Shape(dims);
    if (shape.size() <= SIZE && shape.rank() <= 5) add(bound(x), new Broadcast(shape), x);
  }

  private void cut(Node x) {
    var shape = x.type().shape();
    if (random.nextInt(4) == 0) {
      add(
          bound(x),
          new Reverse(
              IntStream.range(0, shape.rank()).filter(_ -> random.nextBoolean()).boxed().toList()),
          x);
      return;
    }
    var starts = new ArrayList<Integer>();
    var limits = new ArrayList<Integer>();
    var strides = new ArrayList<Integer>();
    for (int dim : shape.dims()) {
      int start = random.nextInt(Math.max(1, dim / 2));
      starts.add(start);
      limits.add(random.nextInt(start + 1, Math.max(start + 1, dim) + 1));
      strides.add(random.nextInt(1, 3));
    }
    add(bound(x), new Slice(starts, limits, strides), x);
  }

  private void join(Node x) {
    var shape = x.type().shape();
    if (shape.size() * 3 > SIZE || shape.rank() == 0) return;
    if (random.nextBoolean()) {
      var y = partner(x.type());
      add(Math.max(bound(x), bound(y)), new Concat(random.nextInt(shape.rank())), x, y);
      return;
    }
    var low = shape.dims().stream().map(_ -> random.nextInt(2)).toList();
    var high = shape.dims().stream().map(_ -> random.nextInt(2)).toList();
    var interior = shape.dims().stream().map(_ -> random.nextInt(2)).toList();
    var op = new Pad(low, high, interior, random.nextInt(-1, 2));
    if (op.infer(List.of(x.type())).size() <= SIZE) add(Math.max(bound(x), 1), op, x);
  }

  private void reduce(Node x) {
    var shape = x.type().shape();
    var axes = IntStream.range(0, shape.rank()).filter(_ -> random.nextBoolean()).boxed().toList();
    var kind = pick(List.of(Reduce.Kind.SUM, Reduce.Kind.MAX, Reduce.Kind.MIN));
    long count = shape.size() / Math.max(1, shape.without(axes).size());
    double bound = kind == Reduce.Kind.SUM ? bound(x) * count : bound(x);
    add(bound, new Reduce(kind, axes, random.nextBoolean()), x);
  }

  private void product(Node x) {
    var shape = x.type().shape();
    int rank = shape.rank();
    if (rank < 2) return;
    boolean ta = random.nextBoolean();
    boolean tb = random.nextBoolean();
    int k = shape.dim(ta ? rank - 2 : rank - 1);
    int n = random.nextInt(1, 9);
    var other = shape.with(rank - 2, tb ? n : k).with(rank - 1, tb ? k : n);
    if (other.size() > SIZE) return;
    var y = partner(x.type().with(other));
    add(bound(x) * bound(y) * k, new MatMul(ta, tb), x, y);
  }

  /// A loop over the leading axis: a decaying sum that is kept in bounds, with an invariant or not,
  /// stacked, last or both.
  private void scan(Node x) {
    var type = x.type();
    if (type.shape().rank() == 0) return;
    var slice = type.with(type.shape().without(List.of(0)));
    var start = partner(slice);
    boolean scaled = random.nextBoolean();
    var scale = scaled ? partner(slice) : start;
    var kind = pick(List.of(Binary.Kind.ADD, Binary.Kind.SUB, Binary.Kind.MAX));
    var body = new GraphBuilder();
    var carry = body.add(new Input("carry", slice));
    var element = body.add(new Input("element", slice));
    var factor = scaled ? body.add(new Input("scale", slice)) : element;
    // A factor of at most 1, lest rounding errors grow from step to step.
    var sine = body.add(new Unary(Unary.Kind.SIN), factor);
    var product = body.add(new Binary(Binary.Kind.MUL), carry, sine);
    var next = body.add(new Unary(Unary.Kind.TANH), body.add(new Binary(kind), product, element));
    var outputs = new ArrayList<>(List.of(Output.of("next", next)));
    var rest = new ArrayList<>(List.of(next, carry, product));
    Collections.shuffle(rest, random);
    for (Node node : rest.subList(0, random.nextInt(1, 4))) {
      outputs.add(Output.of("out" + outputs.size(), node));
    }
    var graph = body.build(outputs);
    var operands = scaled ? List.of(start, x, scale) : List.of(start, x);
    boolean reverse = random.nextBoolean();
    double bound = Math.max(1, bound(start));
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.size() > 2 && random.nextInt(4) == 0) continue;
      var scan = new Scan(graph, 1, 1, type.shape().dim(0), reverse, i);
      add(bound, scan, operands.toArray(Node[]::new));
    }
  }
}
