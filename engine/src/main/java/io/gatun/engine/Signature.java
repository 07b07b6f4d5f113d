package io.gatun.engine;

import io.gatun.graph.ir.Input;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// The tensors that a plan takes and those that it gives, in order.
public record Signature(List<Parameter> inputs, List<Parameter> results) {
  /// A tensor that a plan wants.
  public record Parameter(String name, TensorType type) {}

  public Signature {
    inputs = List.copyOf(inputs);
    results = List.copyOf(results);
  }

  /// The signature of a plan.
  public static Signature of(Plan plan) {
    return new Signature(
        plan.inputs().stream()
            .map(node -> new Parameter(((Input) node.op()).name(), node.type()))
            .toList(),
        plan.results().stream()
            .map(output -> new Parameter(output.name(), output.node().type()))
            .toList());
  }
}
