package io.gatun.bench;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/// Writes ONNX files: operators of `f32`, inputs, constants.
public final class OnnxModels {
  /// The operator set: the first with `Gelu`.
  private static final int OPSET = 20;

  private static final int IR_VERSION = 9;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("benchmark");

  /// An empty file.
  public OnnxModels() {}

  /// Declares an input and returns its name.
  public String input(String name, int... dims) {
    graph.addInput(value(name, dims));
    return name;
  }

  /// Declares an input whose dimensions are numbers, or names for sizes that are open.
  public String input(String name, TensorProto.DataType type, String... dims) {
    var shape = OnnxMl.TensorShapeProto.newBuilder();
    for (String dim : dims) {
      if (dim.matches("[0-9]+")) shape.addDimBuilder().setDimValue(Long.parseLong(dim));
      else shape.addDimBuilder().setDimParam(dim);
    }
    graph.addInput(value(name, type, shape));
    return name;
  }

  /// A constant of random numbers, uniform from `low` to `high`, seeded by its name.
  public String random(String name, double low, double high, int... dims) {
    var random = new SplittableRandom(name.hashCode());
    var bytes = ByteBuffer.allocate(Math.toIntExact(TensorType.f32(dims).bytes()));
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) (low + (high - low) * random.nextDouble()));
    }
    return initializer(name, TensorProto.DataType.FLOAT, bytes, dims);
  }

  /// A constant of one number for all.
  public String scalar(String name, double value) {
    var bytes = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return initializer(name, TensorProto.DataType.FLOAT, bytes.putFloat((float) value));
  }

  /// A vector of whole numbers, as shapes are.
  public String integers(String name, List<Integer> values) {
    var bytes = ByteBuffer.allocate(Long.BYTES * values.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) bytes.putLong(value);
    return initializer(name, TensorProto.DataType.INT64, bytes, values.size());
  }

  private String initializer(
      String name, TensorProto.DataType type, ByteBuffer bytes, int... dims) {
    var tensor = TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    for (int dim : dims) tensor.addDims(dim);
    graph.addInitializer(tensor.setRawData(UnsafeByteOperations.unsafeWrap(bytes.rewind())));
    return name;
  }

  /// A constant with Gatun's numbers for `name`.
  public String constant(String name, int... dims) {
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
  public String add(
      String result, String operator, List<AttributeProto> attributes, String... inputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .addAllInput(List.of(inputs))
            .addAllAttribute(attributes)
            .addOutput(result));
    return result;
  }

  /// The same without attributes.
  public String add(String result, String operator, String... inputs) {
    return add(result, operator, List.of(), inputs);
  }

  /// The approximate GELU.
  public String gelu(String result, String input) {
    var tanh =
        AttributeProto.newBuilder()
            .setName("approximate")
            .setType(AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8("tanh"));
    return add(result, "Gelu", List.of(tanh.build()), input);
  }

  /// An attribute of one number.
  public static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /// An attribute of numbers.
  public static AttributeProto integers(String name, long... values) {
    var attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) attribute.addInts(value);
    return attribute.build();
  }

  /// The file, with `output` as the only result.
  public byte[] file(String output, int... dims) {
    return model(value(output, dims)).toByteArray();
  }

  /// Writes the file, with `output` of unknown shape as the only result.
  public void write(String output, Path file) throws IOException {
    var type = OnnxMl.TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
    var value = OnnxMl.ValueInfoProto.newBuilder().setName(output);
    value.setType(OnnxMl.TypeProto.newBuilder().setTensorType(type));
    try (var out = Files.newOutputStream(file)) {
      model(value.build()).writeTo(out);
    }
  }

  private ModelProto model(OnnxMl.ValueInfoProto output) {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph.addOutput(output))
        .build();
  }

  private static OnnxMl.ValueInfoProto value(String name, int... dims) {
    var shape = OnnxMl.TensorShapeProto.newBuilder();
    for (int dim : dims) {
      shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    return value(name, TensorProto.DataType.FLOAT, shape);
  }

  private static OnnxMl.ValueInfoProto value(
      String name, TensorProto.DataType element, OnnxMl.TensorShapeProto.Builder shape) {
    var type =
        OnnxMl.TypeProto.Tensor.newBuilder().setElemType(element.getNumber()).setShape(shape);
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}
