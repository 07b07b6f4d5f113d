package io.gatun.graph.autodiff;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Output;
import io.gatun.graph.testing.Fixture;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Gradients of the ops are those of PyTorch; see [Fixture].
class FixtureGradientTest {
  private static final double TOLERANCE = 1e-6;

  @TestFactory
  Stream<DynamicTest> gradientsAreThoseOfPyTorch() {
    return Fixture.all().stream()
        .filter(fixture -> !fixture.gradients().isEmpty())
        .map(f -> DynamicTest.dynamicTest(f.file() + ": " + f.name(), () -> check(f)));
  }

  private static void check(Fixture fixture) {
    var builder = new GraphBuilder();
    var inputs = new ArrayList<Value>();
    fixture.graph().inputs().forEach(n -> inputs.add(new Value(builder, builder.add(n.op()))));
    var nodes = inputs.stream().map(Value::node).toList();
    var y = new Value(builder, builder.inline(fixture.graph(), nodes).getFirst());
    var dy = Value.input(builder, "dy", y.type());
    var floats = inputs.stream().filter(v -> v.dtype().isFloat()).toList();
    var outputs = new ArrayList<Output>();
    for (Value gradient : Gradient.of(List.of(y), List.of(dy), floats)) {
      outputs.add(Output.of(name(floats.get(outputs.size())), gradient.node()));
    }
    var arguments = new ArrayList<>(fixture.inputs());
    arguments.addAll(fixture.cotangents());
    var results = builder.build(outputs).evaluate(arguments);
    for (int i = 0; i < results.size(); i++) {
      var name = outputs.get(i).name();
      fixture.check(
          "gradient of " + name, fixture.gradients().get(name), results.get(i), TOLERANCE);
    }
  }

  private static String name(Value input) {
    return ((Input) input.node().op()).name();
  }
}
