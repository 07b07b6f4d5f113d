package io.gatun.graph.testing;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A graph with arguments and the results that PyTorch or NumPy gives for them: one case of a file
/// under `src/test/resources/fixtures`, made by `src/test/python/make_op_fixtures.py`, which states
/// the format. The graph has one output.
///
/// @param cotangents the gradient that arrives at the output; empty where a case has no gradients
/// @param gradients by name of the input
public record Fixture(
    String file,
    String name,
    Graph graph,
    List<NdArray> inputs,
    NdArray output,
    List<NdArray> cotangents,
    Map<String, NdArray> gradients) {
  public static final List<String> FILES =
      List.of("unary", "binary", "reduce", "matmul", "conv", "pooling", "movement", "cast");

  /// The cases of a file.
  public static List<Fixture> read(String file) {
    var fixtures = new ArrayList<Fixture>();
    for (String text : resource("/fixtures/" + file + ".txt").split("(?m)^case ")) {
      if (!text.isBlank()) fixtures.add(parse(file, text));
    }
    return fixtures;
  }

  /// The cases of all files.
  public static List<Fixture> all() {
    return FILES.stream().flatMap(file -> read(file).stream()).toList();
  }

  private static String resource(String path) {
    try (var stream = Fixture.class.getResourceAsStream(path)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Fixture parse(String file, String text) {
    int graphStart = text.indexOf('\n') + 1;
    int graphEnd = text.indexOf('\n', text.indexOf("\nreturn") + 1) + 1;
    var graph = GraphText.parse(text.substring(graphStart, graphEnd));
    var types = new LinkedHashMap<String, TensorType>();
    for (Node node : graph.inputs()) types.put(((Input) node.op()).name(), node.type());
    var inputs = new ArrayList<NdArray>();
    var outputs = new ArrayList<NdArray>();
    var cotangents = new ArrayList<NdArray>();
    var gradients = new LinkedHashMap<String, NdArray>();
    for (String line : text.substring(graphEnd).split("\n")) {
      var words = line.split(" ", 3);
      var type = types.getOrDefault(words[1], graph.outputNodes().getFirst().type());
      var values = values(type, words[2]);
      switch (words[0]) {
        case "input" -> inputs.add(values);
        case "output" -> outputs.add(values);
        case "cotangent" -> cotangents.add(values);
        case "gradient" -> gradients.put(words[1], values);
        default -> throw new IllegalArgumentException("unknown line " + line);
      }
    }
    return new Fixture(
        file,
        text.substring(0, graphStart).strip(),
        graph,
        inputs,
        outputs.getFirst(),
        cotangents,
        gradients);
  }

  private static NdArray values(TensorType type, String text) {
    var words = text.isBlank() ? new String[0] : text.split(",");
    return type.dtype().isFloat()
        ? NdArray.of(type, Arrays.stream(words).mapToDouble(Double::parseDouble).toArray())
        : NdArray.ofLongs(type, Arrays.stream(words).mapToLong(Long::parseLong).toArray());
  }

  /// Throws unless the arrays agree to `tolerance`, relative to the expected
  /// value (or absolute below 1e-30); integers, NaN and infinities must be the same.
  public void check(String what, NdArray expected, NdArray actual, double tolerance) {
    if (!expected.type().equals(actual.type())) throw different(what, expected, actual, -1);
    boolean exact = expected.type().dtype() == DType.BOOL || expected.type().dtype().isInteger();
    for (int i = 0; i < expected.size(); i++) {
      double e = expected.at(i);
      double a = actual.at(i);
      boolean same =
          exact
              ? expected.longAt(i) == actual.longAt(i)
              : e == a
                  || Double.isNaN(e) && Double.isNaN(a)
                  || Double.isFinite(e)
                      && Math.abs(e - a) <= tolerance * Math.max(Math.abs(e), 1e-30);
      if (!same) throw different(what, expected, actual, i);
    }
  }

  private AssertionError different(String what, NdArray expected, NdArray actual, int at) {
    return new AssertionError(
        "%s: %s: %s differs at %d\nexpected %s\nactual   %s\ninputs %s\n%s"
            .formatted(file, name, what, at, expected, actual, inputs, graph));
  }
}
