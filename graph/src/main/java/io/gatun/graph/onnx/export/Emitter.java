package io.gatun.graph.onnx.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.gatun.graph.onnx.ElementType;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// A graph that is being written: adds nodes, which are known by the names of their outputs. Graphs
/// inside of others share the names and the initializers of the outermost.
final class Emitter {
  private final Initializers initializers;
  private final GraphProto.Builder graph = GraphProto.newBuilder();

  Emitter(Initializers initializers) {
    this.initializers = initializers;
  }

  /// A writer of a graph inside of this one.
  Emitter nested() {
    return new Emitter(initializers);
  }

  Initializers initializers() {
    return initializers;
  }

  /// What has been written.
  GraphProto.Builder graph() {
    return graph;
  }

  /// A node with one output.
  String add(String operator, List<String> inputs, AttributeProto... attributes) {
    return add(operator, 1, inputs, attributes).getFirst();
  }

  /// A node without attributes.
  String add(String operator, String... inputs) {
    return add(operator, List.of(inputs));
  }

  /// A node with several outputs.
  List<String> add(
      String operator, int outputs, List<String> inputs, AttributeProto... attributes) {
    var names = IntStream.range(0, outputs).mapToObj(_ -> initializers.name()).toList();
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(names.getFirst() + "_" + operator)
            .addAllInput(inputs)
            .addAllOutput(names)
            .addAllAttribute(Arrays.asList(attributes)));
    return names;
  }

  /// Gives a value a name of the caller's.
  void alias(String value, String name) {
    graph.addNode(
        NodeProto.newBuilder().setOpType("Identity").setName(name).addInput(value).addOutput(name));
  }

  String constant(Literal literal) {
    return initializers.add(literal);
  }

  /// A constant of rank 0.
  String scalar(DType dtype, double value) {
    return constant(Literal.scalar(dtype, value));
  }

  /// A vector of `i64`, as shapes and axes are.
  String longs(List<Integer> numbers) {
    return constant(
        Literal.of(NdArray.ofLongs(TensorType.of(DType.I64, numbers.size()), i -> numbers.get(i))));
  }

  String cast(String x, DType to) {
    return add("Cast", List.of(x), integer("to", ElementType.of(to).number()));
  }

  String reshape(String x, List<Integer> dims) {
    var shape = longs(dims);
    return add("Reshape", List.of(x, shape), integer("allowzero", 1));
  }

  String transpose(String x, List<Integer> permutation) {
    return add("Transpose", List.of(x), integers("perm", permutation));
  }

  static ValueInfoProto value(String name, TensorType type) {
    var info = ValueInfoProto.newBuilder().setName(name);
    var tensor = info.getTypeBuilder().getTensorTypeBuilder();
    tensor.setElemType(ElementType.of(type.dtype()).number());
    tensor.getShapeBuilder();
    for (int dim : type.shape().dims()) tensor.getShapeBuilder().addDimBuilder().setDimValue(dim);
    return info.build();
  }

  static AttributeProto integer(String name, long value) {
    return attribute(name, AttributeProto.AttributeType.INT).setI(value).build();
  }

  static AttributeProto integers(String name, List<Integer> values) {
    return attribute(name, AttributeProto.AttributeType.INTS)
        .addAllInts(values.stream().map(Integer::longValue).toList())
        .build();
  }

  static AttributeProto number(String name, double value) {
    return attribute(name, AttributeProto.AttributeType.FLOAT).setF((float) value).build();
  }

  static AttributeProto text(String name, String value) {
    return attribute(name, AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto graph(String name, GraphProto value) {
    return attribute(name, AttributeProto.AttributeType.GRAPH).setG(value).build();
  }

  private static AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  /// Drops the nodes that no output needs: repetitions that ONNX does itself.
  void prune() {
    var needed = new HashSet<String>();
    graph.getOutputList().forEach(output -> needed.add(output.getName()));
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      var node = graph.getNode(i);
      if (node.getOutputList().stream().anyMatch(needed::contains)) read(node, needed);
      else graph.removeNode(i);
    }
  }

  private static void read(NodeProto node, Set<String> names) {
    names.addAll(node.getInputList());
    for (var attribute : node.getAttributeList()) {
      attribute.getG().getNodeList().forEach(inner -> read(inner, names));
    }
  }

  /// Names that are read by nodes.
  Set<String> read() {
    var names = new HashSet<String>();
    graph.getNodeList().forEach(node -> read(node, names));
    return names;
  }
}
