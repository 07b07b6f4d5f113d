package io.gatun.engine.profile;

import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.tensor.Elements;
import io.gatun.graph.tensor.Literal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Tensors to run a plan with: seeded numbers as inputs, and places for the results.
public record RandomTensors(List<Tensor> inputs, List<Tensor> results) implements AutoCloseable {
  /// Inputs and results of this plan, which the caller closes. Floating-point inputs are normally
  /// distributed, integers from 0 to 9.
  public static RandomTensors of(Plan plan) {
    return of(plan, Map.of());
  }

  /// As [#of(Plan)], but with these arrays as the inputs of their names.
  ///
  /// @throws EngineException when the plan has no such input, or one of another type
  public static RandomTensors of(Plan plan, Map<String, Literal> given) {
    check(plan, given);
    var inputs = new ArrayList<Tensor>();
    for (Node input : plan.inputs()) {
      var tensor = Tensor.allocate(name(input), input.type());
      if (given.containsKey(name(input))) tensor.data().copyFrom(given.get(name(input)).data());
      else fill(tensor);
      inputs.add(tensor);
    }
    return new RandomTensors(
        inputs,
        plan.results().stream().map(o -> Tensor.allocate(o.name(), o.node().type())).toList());
  }

  private static void check(Plan plan, Map<String, Literal> given) {
    for (var entry : given.entrySet()) {
      var input = plan.inputs().stream().filter(n -> name(n).equals(entry.getKey())).findFirst();
      if (input.filter(n -> n.type().equals(entry.getValue().type())).isEmpty()) {
        throw new EngineException(
            "input \"%s\" %s does not fit; the plan wants %s"
                .formatted(
                    entry.getKey(),
                    entry.getValue().type(),
                    plan.inputs().stream().map(n -> name(n) + " " + n.type()).toList()));
      }
    }
  }

  private static String name(Node input) {
    return input.op() instanceof Input(String given, _) ? given : input.toString();
  }

  private static void fill(Tensor tensor) {
    var type = tensor.type();
    var random = new Random(1);
    for (long i = 0; i < type.size(); i++) {
      double value = type.dtype().isFloat() ? random.nextGaussian() : random.nextInt(10);
      Elements.setDouble(tensor.data(), type.dtype(), i, value);
    }
  }

  @Override
  public void close() {
    inputs.forEach(Tensor::close);
    results.forEach(Tensor::close);
  }
}
