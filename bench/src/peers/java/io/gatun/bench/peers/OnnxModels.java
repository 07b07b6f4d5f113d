package io.gatun.bench.peers;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.gatun.bench.Numbers;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.util.List;

/// Writes small ONNX files: operators of `f32` in a row, inputs, constants.
final class OnnxModels {
  /// The operator set: the first with `Gelu`.
  private static final int OPSET = 20;

  private static final int IR_VERSION = 9;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("benchmark");

  /// Declares an input and returns its name.
  String input(String name, int... dims) {
    graph.addInput(value(name, dims));
    return name;
  }

  /// A constant with Gatun's numbers for `name`.
  String constant(String name, int... dims) {
    var type = TensorType.f32(dims);
    var tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
    for (int dim : dims) tensor.addDims(dim);
    try (var arena = Arena.ofConfined()) {
      var data = arena.allocate(type.bytes(), 64);
      Numbers.fill(name, type, data);
      tensor.setRawData(ByteString.copyFrom(data.asByteBuffer()));
    }
    graph.addInitializer(tensor);
    return name;
  }

  /// Adds an operator whose result is called `result`.
  String add(String result, String operator, List<AttributeProto> attributes, String... inputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .addAllInput(List.of(inputs))
            .addAllAttribute(attributes)
            .addOutput(result));
    return result;
  }

  String add(String result, String operator, String... inputs) {
    return add(result, operator, List.of(), inputs);
  }

  /// The approximate GELU.
  String gelu(String result, String input) {
    var tanh =
        AttributeProto.newBuilder()
            .setName("approximate")
            .setType(AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8("tanh"));
    return add(result, "Gelu", List.of(tanh.build()), input);
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto integers(String name, long... values) {
    var attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) attribute.addInts(value);
    return attribute.build();
  }

  /// The file, with `output` as the only result.
  byte[] file(String output, int... dims) {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph.addOutput(value(output, dims)))
        .build()
        .toByteArray();
  }

  private static OnnxMl.ValueInfoProto value(String name, int... dims) {
    var shape = OnnxMl.TensorShapeProto.newBuilder();
    for (int dim : dims) {
      shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    var type =
        OnnxMl.TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape);
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}
