package io.gatun.graph.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.graph.dsl.Recurrence;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
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

/// The layers of [Cells] and all their gradients are those of PyTorch, in double precision. The
/// figures and their format are those of `src/test/python/make_recurrent_fixtures.py`.
class RecurrentFixtureTest {
  private static final double TOLERANCE = 1e-11;

  private record Line(String kind, NdArray array) {
    static Line parse(String text) {
      var words = text.split(" ");
      var values = Arrays.stream(words[2].split(",")).mapToDouble(Double::parseDouble).toArray();
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
      return name;
    }
  }

  static Stream<Case> cases() throws IOException {
    try (var stream = RecurrentFixtureTest.class.getResourceAsStream("/fixtures/recurrent.txt")) {
      var text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("(?m)^case ")).skip(1).map(Case::parse);
    }
  }

  private static Recurrence layer(String name, List<Value> in) {
    return switch (name) {
      case "rnn" -> Cells.simple(in, Recurrence::scan);
      case "lstm" -> Cells.lstm(in, Recurrence::scan);
      case "gru" -> Cells.gru(in, Recurrence::scan);
      default -> throw new IllegalArgumentException("no layer " + name);
    };
  }

  /// Outputs, then gradients, as functions of inputs, then cotangents.
  private static Graph graph(Case test) {
    var t = new Tracer();
    var inputs = new ArrayList<Value>();
    for (NdArray array : test.arrays("input")) {
      inputs.add(t.input("x" + inputs.size(), array.type()));
    }
    var run = layer(test.name, inputs);
    var outputs = new ArrayList<>(run.outputs());
    outputs.addAll(run.carries());
    var cotangents = new ArrayList<Value>();
    for (Value output : outputs) {
      cotangents.add(t.input("d" + cotangents.size(), output.type()));
      t.output("y" + cotangents.size(), output);
    }
    var gradients = Gradient.of(outputs, cotangents, inputs);
    for (int i = 0; i < gradients.size(); i++) t.output("dx" + i, gradients.get(i));
    return t.graph();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isThatOfPyTorch(Case test) {
    var arguments = new ArrayList<>(test.arrays("input"));
    arguments.addAll(test.arrays("cotangent"));
    var wanted = new ArrayList<>(test.arrays("output"));
    wanted.addAll(test.arrays("gradient"));
    var actual = graph(test).evaluate(arguments);
    for (int i = 0; i < wanted.size(); i++) {
      assertEquals(wanted.get(i).type(), actual.get(i).type());
      assertArrayEquals(wanted.get(i).toDoubles(), actual.get(i).toDoubles(), TOLERANCE);
    }
  }
}
