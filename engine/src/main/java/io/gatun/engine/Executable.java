package io.gatun.engine;

import io.gatun.graph.plan.Plan;
import java.util.List;

/// A plan loaded on a device. Not for use by two threads at once.
public interface Executable extends AutoCloseable {
  Plan plan();

  /// Runs the plan: reads `inputs`, overwrites the ones that it updates, and writes `results`, one
  /// tensor for each of [Plan#inputs] and [Plan#results]. Results must not overlap inputs.
  /// Allocates nothing in steady state.
  ///
  /// @throws EngineException when a tensor is missing, closed or of the wrong type, naming it
  void run(List<Tensor> inputs, List<Tensor> results);

  /// Runs the plan as [#run(List, List)] does, slower, and tells the observer of each step. A
  /// device that does not follow the plan's steps tells nothing.
  default void run(List<Tensor> inputs, List<Tensor> results, StepObserver observer) {
    run(inputs, results);
  }

  /// Runs the plan into fresh tensors, which the caller closes.
  default List<Tensor> run(List<Tensor> inputs) {
    var results =
        plan().results().stream().map(o -> Tensor.allocate(o.name(), o.node().type())).toList();
    run(inputs, results);
    return results;
  }

  @Override
  void close();
}
