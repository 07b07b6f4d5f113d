package io.gatun.engine;

import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Checks the tensors of a run against a plan's signature, without allocating when they fit.
public final class Arguments {
  private final List<Node> inputs;
  private final List<String> inputNames;
  private final List<TensorType> resultTypes;
  private final List<String> resultNames;

  public Arguments(Plan plan) {
    inputs = plan.inputs();
    inputNames = inputs.stream().map(n -> ((Input) n.op()).name()).toList();
    resultTypes = plan.results().stream().map(o -> o.node().type()).toList();
    resultNames = plan.results().stream().map(o -> o.name()).toList();
  }

  /// @throws EngineException naming the first tensor that does not fit
  public void check(List<Tensor> inputTensors, List<Tensor> resultTensors) {
    count("input", inputNames, inputTensors);
    count("result", resultNames, resultTensors);
    for (int i = 0; i < inputs.size(); i++) {
      check("input", inputNames.get(i), inputs.get(i).type(), inputTensors.get(i));
    }
    for (int i = 0; i < resultTypes.size(); i++) {
      var result = resultTensors.get(i);
      check("result", resultNames.get(i), resultTypes.get(i), result);
      for (int j = 0; j < inputs.size(); j++) {
        checkApart(resultNames.get(i), result, inputNames.get(j), inputTensors.get(j));
      }
      for (int j = 0; j < i; j++) {
        checkApart(resultNames.get(i), result, resultNames.get(j), resultTensors.get(j));
      }
    }
  }

  private static void count(String role, List<String> names, List<Tensor> tensors) {
    if (tensors.size() != names.size()) {
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
