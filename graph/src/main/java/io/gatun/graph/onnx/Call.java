package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// One use of an operator: its inputs, attributes and opset.
final class Call {
  private final Importer importer;
  private final Scope scope;
  private final NodeProto node;
  private final int opset;
  private final Attributes attributes;
  private final List<Optional<OnnxValue>> inputs;

  Call(
      Importer importer, Scope scope, NodeProto node, int opset, List<Optional<OnnxValue>> inputs) {
    this.importer = importer;
    this.scope = scope;
    this.node = node;
    this.opset = opset;
    this.attributes = new Attributes(node, scope.attributes());
    this.inputs = inputs;
  }

  /// The same call with other inputs.
  Call with(List<Optional<OnnxValue>> others) {
    return new Call(importer, scope, node, opset, others);
  }

  int opset() {
    return opset;
  }

  Attributes attributes() {
    return attributes;
  }

  GraphBuilder builder() {
    return importer.builder();
  }

  Importer importer() {
    return importer;
  }

  /// The number of this node among all that were imported so far.
  int number() {
    return importer.nodes();
  }

  /// Number of outputs that have names or stand before one that has.
  int outputs() {
    return node.getOutputCount();
  }

  /// Whether output `i` is used.
  boolean gives(int i) {
    return i < node.getOutputCount() && !node.getOutput(i).isEmpty();
  }

  /// Number of inputs, those left out in between included.
  int inputs() {
    return inputs.size();
  }

  boolean has(int i) {
    return i < inputs.size() && inputs.get(i).isPresent();
  }

  /// Whether input `i` is there and a tensor.
  boolean hasTensor(int i) {
    return has(i) && inputs.get(i).get() instanceof OnnxValue.Tensor;
  }

  /// Whether input `i` is there and strings.
  boolean isText(int i) {
    return has(i)
        && (inputs.get(i).get() instanceof OnnxValue.Strings
            || inputs.get(i).get() instanceof OnnxValue.Coded);
  }

  /// Input `i`, whatever it is.
  OnnxValue any(int i) {
    if (!has(i)) throw OnnxException.of("wants input %d, got %d inputs", i, inputs.size());
    return inputs.get(i).get();
  }

  /// The tensor that is input `i`.
  Value in(int i) {
    return tensorOf(i).value();
  }

  private OnnxValue.Tensor tensorOf(int i) {
    return switch (any(i)) {
      case OnnxValue.Tensor tensor -> tensor;
      case OnnxValue.Strings _, OnnxValue.Coded _ ->
          throw OnnxException.of("input %d: strings are not supported here", i);
      case OnnxValue.Maps _ ->
          throw OnnxException.of(
              "input %d: wants a tensor, got the maps of a ZipMap; read what that reads", i);
      case OnnxValue.Sequence _ ->
          throw OnnxException.of("input %d: wants a tensor, got a sequence", i);
      case OnnxValue.Absent _ ->
          throw OnnxException.of("input %d: wants a tensor, the optional value is absent", i);
    };
  }

  Optional<Value> optional(int i) {
    return has(i) ? Optional.of(in(i)) : Optional.empty();
  }

  /// All inputs from number `from`.
  List<Value> rest(int from) {
    return IntStream.range(from, inputs.size()).mapToObj(this::in).toList();
  }

  ElementType type(int i) {
    return tensorOf(i).type();
  }

  /// The value of input `i`, which must be known now.
  NdArray known(int i) {
    return known("input " + i, in(i));
  }

  /// A value that must be known now.
  ///
  /// @param what names it in the message
  NdArray known(String what, Value value) {
    return importer
        .known()
        .of(value)
        .orElseThrow(
            () ->
                new ValueNeededException(
                    "%s decides on a shape or on control flow, but %s; give that with Bindings.value"
                        .formatted(what, importer.known().reason(value))));
  }

  /// The value of input `i` where it is known.
  Optional<NdArray> ifKnown(int i) {
    return importer.known().of(in(i));
  }

  /// The known integers of input `i`, saturated to 32 bits.
  List<Integer> ints(int i) {
    return longs(i).stream().map(Ints::saturate).toList();
  }

  /// The known integers of input `i`, which in opset 1 has the type of the others.
  List<Long> longs(int i) {
    var array = known(i);
    OnnxException.check(
        array.type().dtype().isInteger() || opset() == 1,
        "input %d: wants integers, got %s",
        i,
        array.type());
    return IntStream.range(0, array.size()).mapToObj(array::longAt).toList();
  }

  /// The known number of input `i`, which has one element.
  double number(int i) {
    var array = known(i);
    OnnxException.check(array.size() == 1, "input %d: wants one element, got %s", i, array.type());
    return array.at(0);
  }

  /// Known integers from an input or, in older opsets, an attribute.
  Optional<List<Integer>> ints(int i, String attribute) {
    return has(i) ? Optional.of(ints(i)) : attributes.ints(attribute);
  }

  /// A known size: not negative, and such that a table of it can be made.
  int size(int i) {
    return affordable(known(i).longAt(0));
  }

  /// The number of elements of a table that is to be made now.
  static int affordable(long elements) {
    OnnxException.check(
        elements >= 0 && elements <= 1 << 26, "a table of %d elements is too large", elements);
    return (int) elements;
  }

  /// An axis of `x` from an attribute, counted from 0.
  int axis(Value x, int otherwise) {
    return x.shape().axis(attributes.integer("axis", otherwise));
  }

  /// Axes of a shape of that rank, counted from 0, sorted.
  static List<Integer> axes(List<Integer> axes, int rank) {
    var list = new ArrayList<Integer>();
    for (int axis : axes) {
      OnnxException.check(
          axis >= -rank && axis < rank, "no axis %d in a tensor of rank %d", axis, rank);
      list.add(axis < 0 ? axis + rank : axis);
    }
    return list.stream().distinct().sorted().toList();
  }

  /// A constant.
  Value constant(TensorType type, double... elements) {
    return Value.constant(builder(), Literal.of(type, elements));
  }

  /// A constant.
  Value constant(NdArray array) {
    return Value.constant(builder(), Literal.of(array));
  }

  /// A vector of `i64`.
  Value vector(List<? extends Number> elements) {
    return constant(
        NdArray.ofLongs(
            TensorType.of(DType.I64, elements.size()), (int i) -> elements.get(i).longValue()));
  }

  Value scalar(DType dtype, double value) {
    return Value.scalar(builder(), dtype, value);
  }

  /// Integers 0, 1, 2 ... along an axis.
  Value iota(TensorType type, int axis) {
    return Value.iota(builder(), type, axis);
  }

  /// An output: of the first input's element type where a graph holds both alike, otherwise of the
  /// type that the graph's stands for.
  OnnxValue.Tensor tensor(Value value) {
    if (has(0)
        && inputs.get(0).get() instanceof OnnxValue.Tensor(Value _, ElementType type)
        && type.dtype() == value.dtype()) {
      return new OnnxValue.Tensor(value, type);
    }
    return OnnxValue.Tensor.of(value);
  }

  /// The tensor of that name in the graph around this call.
  Value named(String name) {
    if (scope.find(name).orElse(new OnnxValue.Absent())
        instanceof OnnxValue.Tensor(Value value, ElementType _)) {
      return value;
    }
    throw OnnxException.of("no node before it gives a tensor \"%s\"", name);
  }

  /// The values of a graph in an attribute.
  ///
  /// @param arguments for its inputs
  List<OnnxValue> subgraph(GraphProto graph, List<OnnxValue> arguments) {
    return importer.subgraph(graph, scope, arguments);
  }
}
