package io.gatun.graph.pattern;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Products and sums by channel after a convolution, as a batch normalization in inference leaves
/// them: the factors go into the filter, the sums become one. Only where nothing else reads the
/// convolution, which would then be computed twice.
final class Convolutions {
  /// A convolution with its result's axes in another order, and what is added by channel.
  private record Biased(Node moved, Node conv, Optional<Node> bias) {}

  private final Map<Node, List<Node>> users;

  Convolutions(Graph graph) {
    users = graph.users();
  }

  /// The value of `image`, the copy of `node` in the new graph, by one convolution less.
  Optional<Value> find(Node node, Value image) {
    var product = Match.operands(image.node(), Binary.Kind.MUL);
    var sum = Match.operands(image.node(), Binary.Kind.ADD);
    if (product.isEmpty() && sum.isEmpty()) return Optional.empty();
    var operands = product.isEmpty() ? sum : product;
    for (int i = 0; i < 2; i++) {
      var biased = biased(operands.get(i));
      var vector = vector(operands.get(1 - i));
      if (biased.isEmpty() || vector.isEmpty() || !alone(node.input(i))) continue;
      var result =
          product.isEmpty()
              ? biased.flatMap(b -> sum(image, b, vector.get()))
              : biased.flatMap(b -> product(image, b, vector.get()));
      if (result.isPresent()) return result;
    }
    return Optional.empty();
  }

  /// Whether the steps down to the convolution have one reader each.
  private boolean alone(Node node) {
    for (Node step = node; ; step = step.input(isBias(step.input(0)) ? 1 : 0)) {
      if (users.get(step).size() != 1) return false;
      if (step.op() instanceof Conv || step.inputs().isEmpty()) return true;
    }
  }

  private static boolean isBias(Node node) {
    return node.op() instanceof Constant || node.op() instanceof Broadcast;
  }

  private static Optional<Biased> biased(Node node) {
    var sum = Match.operands(node, Binary.Kind.ADD);
    for (int i = 0; i < sum.size(); i++) {
      Node bias = sum.get(1 - i);
      var plain = moved(sum.get(i));
      if (plain.isPresent() && vector(bias).isPresent()) {
        return plain.map(p -> new Biased(p.moved, p.conv, Optional.of(bias)));
      }
    }
    return moved(node);
  }

  private static Optional<Biased> moved(Node node) {
    Node conv = node.op() instanceof Transpose ? node.input(0) : node;
    return conv.op() instanceof Conv
        ? Optional.of(new Biased(node, conv, Optional.empty()))
        : Optional.empty();
  }

  /// A constant that is broadcast.
  private static Optional<Literal> vector(Node node) {
    Node source = node.op() instanceof Broadcast ? node.input(0) : node;
    return source.op() instanceof Constant(var literal) && literal.type().dtype() == DType.F32
        ? Optional.of(literal)
        : Optional.empty();
  }

  /// The number of each channel, where `literal` differs along the axis of the channels only.
  private static Optional<float[]> channels(Biased biased, Literal literal) {
    int rank = biased.conv.type().shape().rank();
    int channels = biased.conv.type().shape().dim(rank - 1);
    var shape = literal.type().shape();
    int own = channelAxis(biased) - (rank - shape.rank());
    boolean fits = shape.size() == 1 || own >= 0 && shape.dim(own) == shape.size();
    if (!fits) return Optional.empty();
    var numbers = new float[channels];
    for (int i = 0; i < channels; i++) numbers[i] = (float) literal.at(shape.size() == 1 ? 0 : i);
    return Optional.of(numbers);
  }

  private static Optional<Value> product(Value root, Biased biased, Literal factor) {
    var factors = channels(biased, factor);
    if (factors.isEmpty()) return Optional.empty();
    var filter = scaled(root, biased.conv.input(1), factors.get());
    var bias = biased.bias.map(node -> channels(biased, vector(node).orElseThrow()));
    if (filter.isEmpty() || bias.isPresent() && bias.get().isEmpty()) return Optional.empty();
    var conv =
        new Value(root.builder(), biased.conv.input(0)).apply(biased.conv.op(), filter.get());
    var moved = biased.moved.op() instanceof Transpose move ? conv.apply(move) : conv;
    if (bias.isEmpty()) return Optional.of(moved);
    var numbers = bias.get().get();
    for (int i = 0; i < numbers.length; i++) numbers[i] *= factors.get()[i];
    return Optional.of(moved.add(vector(root, biased, numbers)));
  }

  private static Optional<Value> sum(Value root, Biased biased, Literal shift) {
    if (biased.bias.isEmpty()) return Optional.empty();
    var bias = channels(biased, vector(biased.bias.get()).orElseThrow());
    var shifts = channels(biased, shift);
    if (bias.isEmpty() || shifts.isEmpty()) return Optional.empty();
    var numbers = bias.get();
    for (int i = 0; i < numbers.length; i++) numbers[i] += shifts.get()[i];
    var moved = new Value(root.builder(), biased.moved);
    return Optional.of(moved.add(vector(root, biased, numbers)));
  }

  /// Numbers by channel in a shape that broadcasts along the others.
  private static Value vector(Value root, Biased biased, float[] numbers) {
    int rank = biased.conv.type().shape().rank();
    var dims = new ArrayList<>(Collections.nCopies(rank - channelAxis(biased), 1));
    dims.set(0, numbers.length);
    var type = new TensorType(DType.F32, new Shape(dims));
    return Value.constant(root.builder(), Literal.of(NdArray.of(type, i -> numbers[i])));
  }

  private static int channelAxis(Biased biased) {
    int last = biased.conv.type().shape().rank() - 1;
    return biased.moved.op() instanceof Transpose(var permutation)
        ? permutation.indexOf(last)
        : last;
  }

  /// The constant filter times a number for each result, with those that it was multiplied by
  /// before. A product: a device that packs filters computes it then, and never has both in memory.
  private static Optional<Value> scaled(Value root, Node filter, float[] factors) {
    var known = Match.operands(filter, Binary.Kind.MUL);
    if (!known.isEmpty()) {
      var before = vector(known.get(1));
      if (before.isEmpty() || before.get().type().size() != factors.length) return Optional.empty();
      var all = factors.clone();
      for (int i = 0; i < all.length; i++) all[i] *= (float) before.get().at(i);
      return scaled(root, known.get(0), all);
    }
    Node source = filter.op() instanceof Transpose ? filter.input(0) : filter;
    if (!(source.op() instanceof Constant)) return Optional.empty();
    var type = TensorType.f32(factors.length);
    var vector = Value.constant(root.builder(), Literal.of(NdArray.of(type, i -> factors[i])));
    return Optional.of(new Value(root.builder(), filter).mul(vector));
  }
}
