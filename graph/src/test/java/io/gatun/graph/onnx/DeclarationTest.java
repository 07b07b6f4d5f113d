package io.gatun.graph.onnx;

import static io.gatun.graph.onnx.HostileModelTest.longs;
import static io.gatun.graph.onnx.HostileModelTest.model;
import static io.gatun.graph.onnx.HostileModelTest.node;
import static io.gatun.graph.onnx.HostileModelTest.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Values whose declared type is not what nodes and initializers give: refused where ONNX Runtime
/// refuses them.
class DeclarationTest {
  private static TypeProto type(ElementType element, int... dims) {
    var type = TypeProto.newBuilder();
    type.getTensorTypeBuilder().setElemType(element.number()).getShapeBuilder();
    for (int dim : dims) {
      type.getTensorTypeBuilder().getShapeBuilder().addDimBuilder().setDimValue(dim);
    }
    return type.build();
  }

  private static ModelProto.Builder declaring(TypeProto type, NodeProto... nodes) {
    var model = model(17, List.of(longs("s", 1, 2)), nodes);
    model.getGraphBuilder().getOutputBuilder(0).setType(type);
    return model;
  }

  private static NodeProto node1(String operator, String... inputs) {
    return node(operator, List.of(inputs), "y").build();
  }

  private static OnnxInstance instance(ModelProto.Builder model) {
    return Onnx.model("m", model.build().toByteArray()).instance(Bindings.none());
  }

  @Test
  void anotherElementTypeIsRefused() {
    refused(
        declaring(type(ElementType.INT64, 2, 3), node1("Neg", "x")),
        "the model declares the output y: INT64[2, 3], its nodes give FLOAT[2,3]",
        "Cast");
    refused(
        declaring(type(ElementType.FLOAT16, 2), node1("Neg", "s")),
        "y: FLOAT16[2], its nodes give INT64[2]");
    refused(
        declaring(type(ElementType.STRING, 2), node1("Neg", "s")),
        "y: STRING[2], its nodes give INT64[2]");
  }

  @Test
  void anotherKindIsRefused() {
    var sequence = TypeProto.newBuilder();
    sequence.getSequenceTypeBuilder().setElemType(type(ElementType.FLOAT));
    refused(
        declaring(sequence.build(), node1("Neg", "x")),
        "y: sequence of FLOAT[], its nodes give FLOAT[2,3]");
    var pair = node1("SequenceConstruct", "x", "x");
    refused(
        declaring(type(ElementType.FLOAT, 2, 3), pair),
        "its nodes give the sequence [FLOAT[2,3], FLOAT[2,3]]");
    assertEquals(2, instance(declaring(sequence.build(), pair)).graph().outputs().size());
    sequence.getSequenceTypeBuilder().setElemType(type(ElementType.INT64));
    refused(declaring(sequence.build(), pair), "y: sequence of INT64[]");
  }

  @Test
  void anotherElementTypeInBetweenIsRefusedAndAnotherShapeIsNot() {
    var nodes = new NodeProto[] {node("Neg", List.of("x"), "t").build(), node1("Abs", "t")};
    var model = declaring(type(ElementType.FLOAT, 2, 3), nodes);
    var inner = model.getGraphBuilder().addValueInfoBuilder().setName("t");
    inner.setType(type(ElementType.INT64, 2, 3));
    refused(model, "value_info declares t: INT64[2, 3], its nodes give FLOAT[2,3]");
    var bytes = model.build().toByteArray();
    assertThrows(OnnxException.class, () -> Onnx.model("m", bytes).parts(Bindings.none()));
    inner.setType(type(ElementType.FLOAT, 7));
    assertEquals(1, instance(model).graph().outputs().size());
    inner.setName("nobody").setType(type(ElementType.INT64));
    assertEquals(1, instance(model).graph().outputs().size());
  }

  @Test
  void anInitializerIsAsTheInputThatItStandsFor() {
    var model = declaring(type(ElementType.INT64, 2), node1("Neg", "s"));
    var input = model.getGraphBuilder().addInputBuilder().setName("s");
    input.setType(type(ElementType.INT64, 2));
    assertEquals(1, instance(model).graph().outputs().size());
    input.setType(type(ElementType.FLOAT, 2));
    refused(model, "declares the input s: FLOAT[2], its initializer is INT64[2]");
    input.setType(type(ElementType.INT64, 3));
    refused(model, "declares the input s: INT64[3], its initializer is INT64[2]");
    input.clearType();
    assertEquals(1, instance(model).graph().outputs().size());
  }

  /// ONNX Runtime warns and goes on.
  @Test
  void anotherShapeIsNotRefused() {
    for (int[] dims : new int[][] {{2, 4}, {2, 3, 1}, {}, {0, 3}, {-1, 3}}) {
      var graph = instance(declaring(type(ElementType.FLOAT, dims), node1("Neg", "x"))).graph();
      assertEquals(Shape.of(2, 3), graph.outputs().getFirst().node().type().shape());
    }
  }

  @Test
  void aMapThatIsAnInputIsRefusedWithWhatToDo() {
    var model = model(17, List.of(), node1("Neg", "x"));
    var map = model.getGraphBuilder().addInputBuilder().setName("m").getTypeBuilder();
    map.getMapTypeBuilder().setKeyType(7).setValueType(type(ElementType.FLOAT));
    byte[] bytes = model.build().toByteArray();
    var error = assertThrows(OnnxException.class, () -> Onnx.model("m", bytes).inputs());
    assertTrue(error.getMessage().contains("\"m\" is a map"), error.getMessage());
    assertTrue(error.getMessage().contains("give the tensor"), error.getMessage());
  }

  @Test
  void anOutputMayHaveNoType() {
    var model = Onnx.model("m", model(17, List.of(), node1("Neg", "x")).build().toByteArray());
    assertEquals("[y: UNDEFINED[...]]", model.outputs().toString());
    assertEquals(TensorType.f32(2, 3), model.graph().outputs().getFirst().node().type());
  }

  @Test
  void whatComesAfterTheCutIsCheckedToo() {
    var model = declaring(type(ElementType.FLOAT), node1("NonZero", "x"));
    var parts = Onnx.model("m", model.build().toByteArray()).parts(Bindings.none());
    var x = NdArray.of(TensorType.f32(2, 3), i -> i);
    var error = assertThrows(OnnxException.class, () -> parts.finish(Map.of("cut:x", x)));
    assertTrue(error.getMessage().contains("its nodes give INT64[2,5]"), error.getMessage());
  }

  /// Types that a graph holds as a wider one are not mixed up with it.
  @Test
  void elementTypesAreThoseOfTheSpecification() {
    NodeProto toUnsigned =
        node("Cast", List.of("s"), "u")
            .addAttribute(HostileModelTest.integer("to", ElementType.UINT64.number()))
            .build();
    NodeProto condition = node("Equal", List.of("s", "s"), "c").build();
    var where = node1("Where", "c", "u", "u");
    instance(declaring(type(ElementType.UINT64, 2), toUnsigned, condition, where));
    refused(
        declaring(type(ElementType.INT64, 2), toUnsigned, condition, where),
        "its nodes give UINT64[2]");
    for (String operator : List.of("ArgMax", "Shape")) {
      instance(declaring(type(ElementType.INT64, 1), toUnsigned, node1(operator, "u")));
    }
    instance(declaring(type(ElementType.UINT64, 2), toUnsigned, node1("Identity", "u")));
  }
}
