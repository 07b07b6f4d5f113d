package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.Tensor;
import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Input;
import io.gatun.graph.tensor.NdArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Layers give PyTorch's results and gradients.
class LayerFixtureTest {
  private static final double TOLERANCE = 1e-5;
  private static final Device DEVICE = Devices.open("cpu");

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  static List<LayerCase> withFixtures() {
    return LayerCase.withFixtures();
  }

  /// The graph of a layer, its inputs' values, and the values that it must give.
  private static final class Traced {
    private final Tracer tracer = new Tracer();
    private final Map<String, NdArray> given = new LinkedHashMap<>();

    private Value input(String name, JsonNode value) {
      given.put(name, LayerCase.array(value));
      return tracer.input(name, given.get(name).type());
    }

    private Traced(LayerCase layer, JsonNode fixture) {
      var operands = new ArrayList<Value>();
      for (var operand : fixture.path("operands")) {
        operands.add(input(operands.isEmpty() ? "x" : "x" + operands.size(), operand));
      }
      var tracing = Tracing.open(tracer, layer.mode());
      var y = layer.block().apply(tracing.scope(), operands);
      var declared = new ArrayList<String>();
      for (var variable : tracing.variables()) {
        declared.add(variable.name());
        var value = LayerCase.array(fixture.path("variables").path(variable.name()));
        assertEquals(variable.type(), value.type(), variable.name());
        given.put(variable.name(), value);
      }
      assertEquals(fixture.path("variables").size(), declared.size(), declared.toString());
      tracer.output("y", y);
      var dy = input("dy", fixture.path("dy"));
      var leaves = new LinkedHashMap<String, Value>();
      for (var leaf : fixture.path("gradients").properties()) {
        var name = leaf.getKey();
        leaves.put(name, leaf(tracing, operands, name));
      }
      var all = Gradient.of(List.of(y), List.of(dy), List.copyOf(leaves.values())).iterator();
      leaves.keySet().forEach(name -> tracer.output("gradient of " + name, all.next()));
    }

    private static Value leaf(Tracing tracing, List<Value> operands, String name) {
      for (var operand : operands) {
        if (((Input) operand.node().op()).name().equals(name)) return operand;
      }
      for (var variable : tracing.variables()) {
        if (variable.name().equals(name)) return tracing.variable(variable);
      }
      throw new AssertionError("no variable " + name + " in " + tracing.variables());
    }
  }

  @ParameterizedTest
  @MethodSource("withFixtures")
  void valuesAndGradientsAreThoseOfPyTorch(LayerCase layer) {
    var fixture = layer.fixture();
    var traced = new Traced(layer, fixture);
    var tensors = new LinkedHashMap<String, Tensor>();
    traced.given.forEach((name, value) -> tensors.put(name, Tensor.of(name, value)));
    try (var executable = DEVICE.compile(layer.name(), traced.tracer.graph())) {
      var arguments =
          executable.plan().inputs().stream()
              .map(node -> tensors.get(((Input) node.op()).name()))
              .toList();
      for (var result : executable.run(arguments)) {
        var name = result.name();
        var wanted =
            name.equals("y")
                ? fixture.path("y")
                : fixture.path("gradients").path(name.substring("gradient of ".length()));
        assertClose(name, wanted, result);
        result.close();
      }
      for (var next : fixture.path("next").properties()) {
        assertClose("next " + next.getKey(), next.getValue(), tensors.get(next.getKey()));
      }
    }
    tensors.values().forEach(Tensor::close);
  }

  /// Within the tolerance times the largest element.
  private static void assertClose(String name, JsonNode wanted, Tensor actual) {
    var expected = LayerCase.array(wanted);
    assertEquals(expected.type(), actual.type(), name);
    float[] values = actual.toFloats();
    double largest = 0;
    for (int i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(expected.at(i)));
    for (int i = 0; i < values.length; i++) {
      double error = Math.abs(expected.at(i) - values[i]);
      assertTrue(
          error <= TOLERANCE * largest,
          name + " at " + i + ": wanted " + expected.at(i) + ", got " + values[i]);
    }
  }
}
