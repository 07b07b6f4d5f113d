package io.gatun.engine.cli;

import io.gatun.engine.Tensor;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.tensor.Elements;
import java.util.List;
import java.util.Random;

/// Tensors to run a plan with: seeded numbers as inputs, and places for the results.
record RandomTensors(List<Tensor> inputs, List<Tensor> results) implements AutoCloseable {
  static RandomTensors of(Plan plan) {
    return new RandomTensors(
        plan.inputs().stream().map(RandomTensors::random).toList(),
        plan.results().stream().map(o -> Tensor.allocate(o.name(), o.node().type())).toList());
  }

  private static Tensor random(Node input) {
    var name = input.op() instanceof Input(String given, _) ? given : input.toString();
    var tensor = Tensor.allocate(name, input.type());
    var random = new Random(1);
    for (long i = 0; i < input.type().size(); i++) {
      double value = input.type().dtype().isFloat() ? random.nextGaussian() : random.nextInt(10);
      Elements.setDouble(tensor.data(), input.type().dtype(), i, value);
    }
    return tensor;
  }

  @Override
  public void close() {
    inputs.forEach(Tensor::close);
    results.forEach(Tensor::close);
  }
}
