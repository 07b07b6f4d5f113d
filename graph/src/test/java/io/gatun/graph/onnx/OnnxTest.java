package io.gatun.graph.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models made by `make_onnx_fixtures.py`, with the outputs of ONNX Runtime.
class OnnxTest {
  @TempDir Path temporary;

  static Path fixture(String name) {
    return Path.of("src/test/resources/onnx", name, "model.onnx");
  }

  static List<NdArray> data(String name, String role, List<ModelValue> values) {
    var arrays = new ArrayList<NdArray>();
    for (int i = 0; i < values.size(); i++) {
      var file = fixture(name).resolveSibling("test_data_set_0/" + role + "_" + i + ".pb");
      var data = (OnnxData.Tensor) OnnxData.read(file, values.get(i));
      arrays.add(data.literal().toNdArray());
    }
    return arrays;
  }

  static Bindings shapes(OnnxModel model, List<NdArray> inputs) {
    var bindings = Bindings.none();
    for (int i = 0; i < inputs.size(); i++) {
      bindings = bindings.shape(model.inputs().get(i).name(), inputs.get(i).type().shape());
    }
    return bindings;
  }

  static void check(String name, OnnxModel model, Bindings bindings, List<NdArray> inputs) {
    var wanted = data(name, "output", model.outputs());
    var results = model.graph(bindings).evaluate(inputs);
    for (int i = 0; i < wanted.size(); i++) {
      var want = wanted.get(i);
      assertEquals(want.type(), results.get(i).type());
      for (int j = 0; j < want.size(); j++) {
        assertEquals(want.at(j), results.get(i).at(j), 1e-5, name + " output " + i + " at " + j);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mlp",
        "computed-shape",
        "function",
        "branch",
        "convnet",
        "lstm",
        "newest-swiglu",
        "newest-causal",
        "newest-linear",
        "newest-gated-delta",
        "newest-deform",
        "newest-window",
        "newest-window-both",
        "regions"
      })
  void givesWhatOnnxRuntimeGives(String name) {
    var model = Onnx.model(fixture(name));
    var inputs = data(name, "input", model.inputs());
    check(name, model, shapes(model, inputs), inputs);
  }

  @Test
  void aShapeThatDependsOnDataIsTakenFromTheValues() {
    var model = Onnx.model(fixture("nonzero"));
    var inputs = data("nonzero", "input", model.inputs());
    var error = assertThrows(OnnxException.class, () -> model.graph(shapes(model, inputs)));
    assertTrue(error.getMessage().contains("Bindings.value"), error.getMessage());
    assertTrue(error.getMessage().contains("(NonZero, opset 17)"), error.getMessage());
    check("nonzero", model, Bindings.none().value("x", inputs.getFirst()), inputs);
  }

  @Test
  void aModelIsCutWhereShapesDependOnData() {
    var model = Onnx.model(fixture("cut"));
    var inputs = data("cut", "input", model.inputs());
    var parts = model.parts(shapes(model, inputs));
    assertEquals("{GatherND=1, Mul=1, NonZero=1, Transpose=1}", parts.operators().toString());
    var names = parts.graph().outputs().stream().map(o -> o.name()).toList();
    assertEquals(List.of("total", "cut:r"), names);
    var values = parts.graph().evaluate(inputs);
    var rest = parts.finish(Map.of("total", values.get(0), "cut:r", values.get(1))).arrays();
    var wanted = data("cut", "output", model.outputs());
    assertEquals(wanted.get(0).at(0), values.get(0).at(0), 1e-5);
    assertEquals(wanted.get(1).type(), rest.get("doubled").type());
    for (int i = 0; i < wanted.get(1).size(); i++) {
      assertEquals(wanted.get(1).at(i), rest.get("doubled").at(i), 1e-5);
    }
    var whole = Onnx.model(fixture("mlp")).parts(Bindings.none().dimension("batch", 2));
    assertEquals(Map.of(), whole.operators());
  }

  @Test
  void anOpenDimensionIsNamedAndCanBeBound() {
    var model = Onnx.model(fixture("mlp"));
    var error = assertThrows(OnnxException.class, model::graph);
    assertTrue(error.getMessage().contains("Bindings.dimension(\"batch\", size)"));
    var graph = model.graph(Bindings.none().dimension("batch", 5));
    assertEquals(List.of(TensorType.f32(5, 3)), graph.inputTypes());
    assertEquals(Shape.of(5, 2), graph.outputNodes().getFirst().type().shape());
  }

  @Test
  void tellsWhatTheModelIs() {
    var model = Onnx.model(fixture("mlp"));
    assertEquals("[x: FLOAT[batch, 3]]", model.inputs().toString());
    assertEquals("{ai.onnx=17}", model.opsets().toString());
    assertEquals("{Gemm=2, Relu=1}", model.operators().toString());
    assertEquals(12 + 4 + 8 + 2, model.parameters());
  }

  @Test
  void externalDataIsMappedFromTheModelsFolder() {
    var graph = Onnx.read(fixture("external"));
    var x = NdArray.of(TensorType.f32(2, 3), 1, 0, 0, 0, 1, 1);
    assertEquals(
        List.of(0.0, 1.0, 6.0, 8.0),
        Arrays.stream(graph.evaluate(List.of(x)).getFirst().toDoubles()).boxed().toList());
  }

  @Test
  void externalDataOutsideOfTheFolderIsRefused() throws Exception {
    Files.write(temporary.resolve("weights.bin"), new byte[24]);
    var folder = Files.createDirectory(temporary.resolve("model"));
    byte[] bytes = Files.readAllBytes(fixture("external"));
    // The location has 11 letters, and so has its escape.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String escape = text.replace("weights.bin", "../w/ts.bin");
    var file = folder.resolve("model.onnx");
    Files.write(file, escape.getBytes(StandardCharsets.ISO_8859_1));
    var error = assertThrows(OnnxException.class, () -> Onnx.read(file));
    assertTrue(error.getMessage().contains("outside of the model's folder"), error.getMessage());
    Files.write(file, bytes);
    Files.createSymbolicLink(folder.resolve("weights.bin"), temporary.resolve("weights.bin"));
    var link = assertThrows(OnnxException.class, () -> Onnx.read(file));
    assertTrue(link.getMessage().contains("outside of the model's folder"), link.getMessage());
  }

  @Test
  void missingExternalDataIsNamed() throws Exception {
    var file = temporary.resolve("model.onnx");
    Files.copy(fixture("external"), file);
    var error = assertThrows(OnnxException.class, () -> Onnx.read(file));
    assertTrue(error.getMessage().contains("no file \"weights.bin\""), error.getMessage());
  }
}
