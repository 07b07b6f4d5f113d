package io.gatun.graph.onnx;

import static io.gatun.graph.onnx.HostileModelTest.function;
import static io.gatun.graph.onnx.HostileModelTest.integer;
import static io.gatun.graph.onnx.HostileModelTest.longs;
import static io.gatun.graph.onnx.HostileModelTest.model;
import static io.gatun.graph.onnx.HostileModelTest.node;
import static io.gatun.graph.onnx.HostileModelTest.refused;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models with a mistake are refused with a message that names it; none is read as something else.
class BrokenModelTest {
  private static final NodeProto RELU = node("Relu", List.of("x"), "y").build();

  @TempDir Path folder;

  private static OperatorSetIdProto opset(String domain, int version) {
    return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
  }

  private static ModelProto.Builder with(TensorProto tensor, String operator) {
    return model(17, List.of(tensor), node(operator, List.of("x", "s"), "y").build());
  }

  @Test
  void namesThatAreGivenTwice() {
    refused(model(17, List.of(), RELU, RELU), "\"y\" has the name of a value before it");
    refused(model(17, List.of(longs("s", 1), longs("s", 2)), RELU), "initializers", "\"s\"");
    refused(model(17, List.of(), RELU).addOpsetImport(opset("ai.onnx", 11)), "opsets 17 and 11");
  }

  @Test
  void namesThatAreMissing() {
    var unnamed = model(17, List.of(), RELU);
    unnamed.getGraphBuilder().getInputBuilder(0).setName("");
    refused(unnamed, "no name");
    refused(model(17, List.of(), node("", List.of("x"), "y").build()), "has no operator");
    refused(model(17, List.of(), RELU).clearOpsetImport(), "no opset of domain \"ai.onnx\"");
    refused(
        model(17, List.of(), node("Concat", List.of("x", "x"), "y").build()),
        "(Concat, opset 17)",
        "wants the attribute axis");
  }

  @Test
  void valuesThatDoNotFit() {
    refused(with(longs("s", 7), "Gather"), "(Gather, opset 17)", "index 7 is not in [-2, 2)");
    refused(with(longs("s", -1, -1), "Reshape"), "(Reshape, opset 17)", "[-1, -1]");
    refused(with(longs("s", 9), "TopK"), "(TopK, opset 17)", "k 9");
    refused(with(longs("s", 3), "Split"), "(Split, opset 17)", "[3]", "dimension 2");
    var floats = TensorProto.newBuilder().setName("s").setDataType(1).addDims(1).addFloatData(6);
    refused(with(floats.build(), "Reshape"), "(Reshape, opset 17)", "wants integers");
  }

  @Test
  void tensorsThatCannotBe() {
    var tensor = TensorProto.newBuilder().setName("s").setDataType(77).addDims(2).build();
    refused(with(tensor, "Add"), "tensor \"s\"", "77");
    var huge = TensorProto.newBuilder().setName("s").setDataType(1);
    for (int i = 0; i < 6; i++) huge.addDims(1 << 30);
    refused(with(huge.build(), "Add"), "tensor \"s\"", "more elements");
    var wide = model(17, List.of(), RELU);
    var type = wide.getGraphBuilder().getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder();
    type.getShapeBuilder().getDimBuilder(0).setDimValue(1L << 40);
    refused(wide, "\"x\"", "dimension 1099511627776 is not in");
  }

  @Test
  void callsOfFunctions() {
    var function =
        function("F", "b").addOpsetImport(opset("", 17)).addNode(node("Neg", List.of("a"), "b"));
    var call = node("F", List.of("x"), "y").setDomain("local");
    var more = call.clone().addInput("x").build();
    var other = call.clone().addAttribute(integer("k", 1)).build();
    var local = opset("local", 1);
    refused(
        model(17, List.of(), more).addOpsetImport(local).addFunctions(function),
        "(local:F",
        "at most 1 inputs, got 2");
    refused(
        model(17, List.of(), other).addOpsetImport(local).addFunctions(function),
        "(local:F",
        "attribute k");
    refused(
        model(17, List.of(), call.build())
            .addOpsetImport(local)
            .addFunctions(function)
            .addFunctions(function),
        "local:F",
        "twice");
  }

  @Test
  void foldersAreNoModels() {
    var error = assertThrows(OnnxException.class, () -> Onnx.model(folder));
    assertTrue(error.getMessage().contains("is a folder"), error.getMessage());
  }
}
