package io.gatun.graph.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.ir.Verifier;
import io.gatun.graph.ir.Window;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The functions of [Nn] and their gradients are those of PyTorch, in double precision. The figures
/// and their format are those of `src/test/python/make_nn_fixtures.py`.
class NnFixtureTest {
  private static final double TOLERANCE = 1e-11;

  /// One line: what it is, and its array.
  private record Line(String kind, NdArray array) {
    static Line parse(String text) {
      var words = text.split(" ");
      double[] values =
          Arrays.stream(words[2].split(",")).mapToDouble(Double::parseDouble).toArray();
      return new Line(words[0], NdArray.of(TensorType.parse(words[1]), values));
    }
  }

  private record Case(String name, List<Line> lines) {
    static Case parse(String text) {
      var lines = text.split("\n");
      return new Case(lines[0], Arrays.stream(lines).skip(1).map(Line::parse).toList());
    }

    List<NdArray> arrays(String kind) {
      return lines.stream().filter(l -> l.kind.equals(kind)).map(Line::array).toList();
    }

    @Override
    public String toString() {
      return name + " " + arrays("input").stream().map(NdArray::type).toList();
    }
  }

  static Stream<Case> cases() throws IOException {
    try (var stream = NnFixtureTest.class.getResourceAsStream("/fixtures/nn.txt")) {
      var text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("(?m)^case ")).skip(1).map(Case::parse);
    }
  }

  private static Value function(String name, List<Value> x) {
    var first = x.getFirst();
    return switch (name) {
      case "relu" -> Nn.relu(first);
      case "leakyRelu" -> Nn.leakyRelu(first, 0.1);
      case "elu" -> Nn.elu(first, 1.5);
      case "gelu" -> Nn.gelu(first);
      case "geluTanh" -> Nn.geluTanh(first);
      case "silu" -> Nn.silu(first);
      case "softplus" -> Nn.softplus(first);
      case "softmax" -> Nn.softmax(first);
      case "logSoftmax" -> Nn.logSoftmax(first);
      case "softmax axis 0" -> Nn.softmax(first, 0);
      case "layerNorm" -> Nn.layerNorm(first, x.get(1), x.get(2), 1e-5);
      case "rmsNorm" -> Nn.rmsNorm(first, x.get(1), 1e-5);
      case "batchNorm" -> Nn.batchNorm(first, x.get(1), x.get(2), 1e-5).y();
      case "batchNormInference" ->
          Nn.batchNorm(first, x.get(1), x.get(2), x.get(3), x.get(4), 1e-5);
      case "crossEntropy" -> Nn.crossEntropy(first, x.get(1));
      case "softCrossEntropy" -> Nn.softCrossEntropy(first, x.get(1));
      case "binaryCrossEntropy" -> Nn.binaryCrossEntropy(first, x.get(1));
      case "meanSquaredError" -> Nn.meanSquaredError(first, x.get(1));
      case "linear" -> Nn.linear(first, x.get(1), x.get(2));
      case "embedding" -> Nn.embedding(first, x.get(1));
      case "attention" -> Nn.attention(first, x.get(1), x.get(2));
      case "causalAttention" -> Nn.causalAttention(first, x.get(1), x.get(2));
      case "maskedAttention" -> Nn.attention(first, x.get(1), x.get(2), x.get(3));
      case "multiHeadAttention" -> Nn.multiHeadAttention(first, x.get(1), x.get(2), 2, true);
      case "maxPool" -> first.maxPool(Window.of(2, 2).withStride(2, 2));
      case "maxPoolOverlapping" -> first.maxPool(overlapping());
      case "averagePool" -> first.averagePool(overlapping());
      default -> throw new IllegalArgumentException("unknown function " + name);
    };
  }

  private static Window overlapping() {
    return Window.of(3, 3).withStride(2, 2).withPadding(List.of(1, 1), List.of(1, 1));
  }

  private static Graph graph(Case test) {
    var t = new Tracer();
    var inputs = new ArrayList<Value>();
    for (NdArray input : test.arrays("input")) {
      inputs.add(t.input("x" + inputs.size(), input.type()));
    }
    var y = function(test.name, inputs);
    var dy = t.constant(test.arrays("cotangent").getFirst());
    t.output("y", y);
    var floats = inputs.stream().filter(v -> v.dtype().isFloat()).toList();
    for (Value gradient : Gradient.of(List.of(y), List.of(dy), floats)) {
      t.output("d" + t.graph().outputs().size(), gradient);
    }
    return t.graph();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isThatOfPyTorch(Case test) {
    var graph = graph(test);
    Verifier.verify(graph);
    var expected = new ArrayList<>(test.arrays("output"));
    expected.addAll(test.arrays("gradient"));
    var actual = graph.evaluate(test.arrays("input"));
    assertEquals(expected.size(), actual.size());
    for (int k = 0; k < actual.size(); k++) {
      assertEquals(expected.get(k).type(), actual.get(k).type());
      double size = Arrays.stream(expected.get(k).toDoubles()).map(Math::abs).max().orElse(0);
      assertArrayEquals(
          expected.get(k).toDoubles(),
          actual.get(k).toDoubles(),
          TOLERANCE * Math.max(1, size),
          graph.outputs().get(k).name());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void surviveARoundTripThroughText(Case test) {
    var graph = graph(test);
    var text = GraphText.print(graph);
    assertEquals(text, GraphText.print(GraphText.parse(text)));
    assertEquals(graph, GraphText.parse(text));
  }
}
