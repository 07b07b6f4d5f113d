package io.gatun.graph.onnx;

import static io.gatun.graph.onnx.HostileModelTest.integer;
import static io.gatun.graph.onnx.HostileModelTest.longs;
import static io.gatun.graph.onnx.HostileModelTest.model;
import static io.gatun.graph.onnx.HostileModelTest.node;
import static io.gatun.graph.onnx.HostileModelTest.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.gatun.graph.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What an operator of the model's opset does not take is refused, not passed over.
class DeclarationsTest {
  private static NodeProto softmax(String attribute) {
    return node("Softmax", List.of("x"), "y").addAttribute(integer(attribute, 1)).build();
  }

  private static Shape shape(int opset, NodeProto node) {
    byte[] bytes = model(opset, List.of(), node).build().toByteArray();
    return Onnx.model("m", bytes).graph().outputs().getFirst().node().type().shape();
  }

  @Test
  void unknownAttributes() {
    refused(
        model(17, List.of(), softmax("axes")),
        "\"bad\" (Softmax, opset 17)",
        "attribute axes",
        "[axis]");
  }

  @Test
  void attributesOfOtherOpsets() {
    var sum =
        node("ReduceSum", List.of("x"), "y")
            .addAttribute(integer("noop_with_empty_axes", 1))
            .build();
    refused(model(12, List.of(), sum), "(ReduceSum, opset 12)", "noop_with_empty_axes");
    assertEquals(Shape.of(2, 3), shape(13, sum));
    var add = node("Add", List.of("x", "x"), "y").addAttribute(integer("broadcast", 1)).build();
    refused(model(7, List.of(), add), "(Add, opset 7)", "broadcast");
    assertEquals(Shape.of(2, 3), shape(6, add));
  }

  @Test
  void attributesWithoutEffectInInference() {
    var dropout = node("Dropout", List.of("x"), "y").addAttribute(integer("seed", 7)).build();
    assertEquals(Shape.of(2, 3), shape(13, dropout));
  }

  @Test
  void attributesGivenTwice() {
    var twice = softmax("axis").toBuilder().addAttribute(integer("axis", 0)).build();
    refused(model(17, List.of(), twice), "\"bad\" (Softmax, opset 17)", "axis is given twice");
  }

  @Test
  void tooManyInputs() {
    var relu = node("Relu", List.of("x", "s"), "y").build();
    refused(model(17, List.of(longs("s", 1)), relu), "(Relu, opset 17)", "at most 1 inputs, got 2");
  }

  @Test
  void operatorsOfLaterOpsets() {
    var gelu = node("Gelu", List.of("x"), "y").build();
    refused(model(19, List.of(), gelu), "(Gelu, opset 19)", "came with opset 20");
    assertEquals(Shape.of(2, 3), shape(20, gelu));
  }
}
