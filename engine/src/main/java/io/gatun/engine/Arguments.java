package io.gatun.engine;

import io.gatun.engine.Signature.Parameter;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Checks the tensors of a run against a plan's signature, without allocating when they fit.
public final class Arguments {
  private final List<Parameter> inputs;
  private final List<Parameter> results;

  public Arguments(Plan plan) {
    this(Signature.of(plan));
  }

  public Arguments(Signature signature) {
    inputs = signature.inputs();
    results = signature.results();
  }

  /// @throws EngineException naming the first tensor that does not fit
  public void check(List<Tensor> inputTensors, List<Tensor> resultTensors) {
    count("input", inputs, inputTensors);
    count("result", results, resultTensors);
    for (int i = 0; i < inputs.size(); i++) {
      check("input", inputs.get(i).name(), inputs.get(i).type(), inputTensors.get(i));
    }
    for (int i = 0; i < results.size(); i++) {
      String name = results.get(i).name();
      var result = resultTensors.get(i);
      check("result", name, results.get(i).type(), result);
      for (int j = 0; j < inputs.size(); j++) {
        checkApart(name, result, inputs.get(j).name(), inputTensors.get(j));
      }
      for (int j = 0; j < i; j++) {
        checkApart(name, result, results.get(j).name(), resultTensors.get(j));
      }
    }
  }

  private static void count(String role, List<Parameter> wanted, List<Tensor> tensors) {
    if (tensors.size() != wanted.size()) {
      var names = wanted.stream().map(Parameter::name).toList();
      throw new EngineException(
          "run: wants %d %ss %s, got %d tensors"
              .formatted(names.size(), role, names, tensors.size()));
    }
  }

  private static void check(String role, String name, TensorType want, Tensor tensor) {
    if (!want.equals(tensor.type())) {
      throw new EngineException(
          "run: %s \"%s\" wants %s, got %s; compile the graph for this shape or reshape the tensor"
              .formatted(role, name, want, tensor));
    }
    tensor.checkOpen();
  }

  private static void checkApart(String name, Tensor a, String otherName, Tensor b) {
    if (a.overlaps(b)) {
      throw new EngineException(
          "run: result \"%s\" overlaps the memory of \"%s\"; give it a tensor of its own"
              .formatted(name, otherName));
    }
  }
}
