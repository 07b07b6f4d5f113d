package io.gatun.graph.onnx;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Models that are well-formed and mean harm are refused at once, by the name of the node.
class HostileModelTest {
  private static final long HUGE = Integer.MAX_VALUE;

  static NodeProto.Builder node(String operator, List<String> inputs, String output) {
    return NodeProto.newBuilder()
        .setName("bad")
        .setOpType(operator)
        .addAllInput(inputs)
        .addOutput(output);
  }

  static TensorProto longs(String name, long... values) {
    var tensor = TensorProto.newBuilder().setName(name).setDataType(7).addDims(values.length);
    for (long value : values) tensor.addInt64Data(value);
    return tensor.build();
  }

  /// A function of the domain `local` from `a`.
  static FunctionProto.Builder function(String name, String output) {
    return FunctionProto.newBuilder()
        .setName(name)
        .setDomain("local")
        .addInput("a")
        .addOutput(output);
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static ModelProto.Builder model(int opset, List<TensorProto> tensors, NodeProto... nodes) {
    var graph = GraphProto.newBuilder().setName("g").addAllInitializer(tensors);
    var x = ValueInfoProto.newBuilder().setName("x");
    var type = x.getTypeBuilder().getTensorTypeBuilder().setElemType(1);
    type.getShapeBuilder().addDimBuilder().setDimValue(2);
    type.getShapeBuilder().addDimBuilder().setDimValue(3);
    graph.addInput(x);
    for (NodeProto node : nodes) graph.addNode(node);
    graph.addOutput(ValueInfoProto.newBuilder().setName("y"));
    return ModelProto.newBuilder()
        .setIrVersion(9)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(graph);
  }

  static void refused(ModelProto.Builder model, String... parts) {
    byte[] bytes = model.build().toByteArray();
    var error =
        assertTimeoutPreemptively(
            Duration.ofSeconds(30),
            () ->
                assertThrows(
                    OnnxException.class, () -> Onnx.model("m", bytes).instance(Bindings.none())));
    for (String part : parts) assertTrue(error.getMessage().contains(part), error.getMessage());
  }

  @Test
  void hugeDimensions() {
    var shape = longs("s", HUGE, HUGE);
    refused(
        model(17, List.of(shape), node("ConstantOfShape", List.of("s"), "y").build()),
        "\"bad\" (ConstantOfShape, opset 17)");
    var third = longs("s", HUGE, HUGE, HUGE, HUGE, 2, 3);
    refused(
        model(17, List.of(third), node("Expand", List.of("x", "s"), "y").build()),
        "\"bad\" (Expand, opset 17)");
    refused(
        model(17, List.of(longs("s", HUGE, HUGE)), node("Tile", List.of("x", "s"), "y").build()),
        "\"bad\" (Tile, opset 17)");
    refused(
        model(
            17,
            List.of(longs("p", 0, HUGE, HUGE, HUGE)),
            node("Pad", List.of("x", "p"), "y").build()),
        "\"bad\" (Pad, opset 17)");
    refused(
        model(17, List.of(), node("EyeLike", List.of("missing"), "y").build()),
        "\"bad\" (EyeLike, opset 17)",
        "\"missing\"");
    var weight =
        TensorProto.newBuilder().setName("w").setDataType(1).addDims(HUGE).addDims(HUGE).build();
    refused(model(17, List.of(weight), node("MatMul", List.of("x", "w"), "y").build()), "\"w\"");
    var negative = TensorProto.newBuilder().setName("w").setDataType(1).addDims(-1).build();
    refused(model(17, List.of(negative), node("Add", List.of("x", "w"), "y").build()), "\"w\"");
  }

  /// Such an axis once asked for as many axes of size 1.
  @Test
  void axesOfOlderBroadcasts() {
    for (long axis : new long[] {-HUGE, -3, 2, HUGE}) {
      var add =
          node("Add", List.of("x", "s"), "y")
              .addAttribute(integer("broadcast", 1))
              .addAttribute(integer("axis", axis));
      var s = longs("s", 1, 2).toBuilder().setDataType(1).clearInt64Data();
      s.addFloatData(1).addFloatData(2);
      refused(
          model(6, List.of(s.build()), add.build()), "\"bad\" (Add, opset 6)", "attribute axis");
    }
  }

  @Test
  void endlessRange() {
    var tensors =
        List.of(
            longs("a", 0).toBuilder().clearDims().build(),
            longs("b", Long.MAX_VALUE).toBuilder().clearDims().build(),
            longs("c", 1).toBuilder().clearDims().build());
    refused(
        model(17, tensors, node("Range", List.of("a", "b", "c"), "y").build()),
        "\"bad\" (Range, opset 17)");
  }

  @Test
  void cyclesAndMissingTensors() {
    refused(
        model(
            17,
            List.of(),
            node("Add", List.of("x", "z"), "y").build(),
            node("Relu", List.of("y"), "z").build()),
        "\"bad\" (Add, opset 17)",
        "\"z\"",
        "free of cycles");
    refused(model(17, List.of(), node("Relu", List.of("x"), "other").build()), "\"y\"");
  }

  @Test
  void wrongTypesAndAttributes() {
    refused(
        model(17, List.of(longs("s", 1, 2)), node("MatMul", List.of("x", "s"), "y").build()),
        "\"bad\" (MatMul, opset 17)");
    refused(
        model(
            17,
            List.of(),
            node("Transpose", List.of("x"), "y").addAttribute(integer("perm", 1)).build()),
        "\"bad\" (Transpose, opset 17)",
        "perm");
    refused(
        model(
            17,
            List.of(),
            node("Softmax", List.of("x"), "y").addAttribute(integer("axis", 1 << 30)).build()),
        "\"bad\" (Softmax, opset 17)");
    refused(
        model(
            17, List.of(), node("Cast", List.of("x"), "y").addAttribute(integer("to", 99)).build()),
        "\"bad\" (Cast, opset 17)",
        "99");
  }

  @Test
  void unknownOpsetsAndOperators() {
    refused(model(9999, List.of(), node("Relu", List.of("x"), "y").build()), "opset 9999");
    refused(model(0, List.of(), node("Relu", List.of("x"), "y").build()), "opset");
    refused(
        model(17, List.of(), node("Nonsense", List.of("x"), "y").build()),
        "\"bad\" (Nonsense, opset 17)");
    refused(
        model(17, List.of(), node("Relu", List.of("x"), "y").setDomain("acme").build()),
        "\"acme\"");
  }

  @Test
  void functionsThatCallThemselves() {
    var function =
        function("F", "b")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1))
            .addNode(node("F", List.of("a"), "b").setDomain("local"));
    var model =
        model(17, List.of(), node("F", List.of("x"), "y").setDomain("local").build())
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1))
            .addFunctions(function);
    refused(model, "\"bad\" (local:F", "more than 64 deep");
  }

  /// Each of 40 functions calls the next twice: 2^40 nodes.
  @Test
  void functionsThatMultiply() {
    var model = model(17, List.of(), node("F0", List.of("x"), "y").setDomain("local").build());
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1));
    for (int i = 0; i < 40; i++) {
      String next = "F" + (i + 1);
      model.addFunctions(
          function("F" + i, "c")
              .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1))
              .addNode(node(next, List.of("a"), "b").setDomain("local"))
              .addNode(node(next, List.of("b"), "c").setDomain("local")));
    }
    model.addFunctions(
        function("F40", "b")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .addNode(node("Neg", List.of("a"), "b")));
    refused(model, "more than 1000000 nodes");
  }
}
