package io.gatun.graph.testing;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Samples of composites.
final class CompositeSamples {
  private CompositeSamples() {}

  /// Swish with two outputs and a gradient, then a composite that contains it.
  static List<OpSample> all() {
    var samples = new ArrayList<OpSample>();
    for (int size : new int[] {0, 1, 7}) {
      var type = TensorType.f32(size);
      var operand = SampleArrays.random(type, 2000 + size);
      var body = new GraphBuilder();
      var x = body.add(new Input("x", type));
      var gate = body.add(new Unary(Unary.Kind.SIGMOID), x);
      var product = body.add(new Binary(Binary.Kind.MUL), x, gate);
      var swish = body.build(List.of(Output.of("y", product), Output.of("gate", gate)));
      var gradient = Optional.of(swishGradient(type));
      samples.add(new OpSample(new Composite("swish", 1, swish, 0, gradient), List.of(operand)));
      samples.add(new OpSample(new Composite("swish", 1, swish, 1, gradient), List.of(operand)));

      var outer = new GraphBuilder();
      var a = outer.add(new Input("a", type));
      var inner = outer.add(new Composite("swish", 1, swish, 0, Optional.empty()), a);
      var twice =
          outer.build(
              List.of(Output.of("y", outer.add(new Binary(Binary.Kind.ADD), inner, inner))));
      samples.add(
          new OpSample(
              new Composite("twice \"swish\"", 2, twice, 0, Optional.empty()), List.of(operand)));
    }
    return samples;
  }

  /// `dx = dy (g + y (1 - g))` with `y` and `g = sigmoid(x)` the outputs.
  private static Graph swishGradient(TensorType type) {
    var builder = new GraphBuilder();
    builder.add(new Input("x", type));
    var y = builder.add(new Input("y", type));
    var gate = builder.add(new Input("gate", type));
    var dy = builder.add(new Input("dy", type));
    var mul = new Binary(Binary.Kind.MUL);
    var rest = builder.add(new Binary(Binary.Kind.SUB), y, builder.add(mul, y, gate));
    var slope = builder.add(new Binary(Binary.Kind.ADD), gate, rest);
    return builder.build(List.of(Output.of("x", builder.add(mul, dy, slope))));
  }
}
