package io.gatun.engine;

import io.gatun.engine.profile.PlanProfile;
import io.gatun.engine.profile.RandomTensors;
import io.gatun.engine.profile.Roofline;
import io.gatun.graph.plan.Plan;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// A plan loaded on a device. Not for use by two threads at once.
public interface Executable extends AutoCloseable {
  /// Runs that [#profile()] takes the mean of.
  int PROFILED_RUNS = 20;

  /// What is run. It is compiled when it is first asked for where the executable was taken from a
  /// cache; [#signature()] is always there.
  Plan plan();

  /// What a run launches, in order, for people: the number of the step, its last node, what is
  /// written where many tensors are one launch, and the kernel: `step 3, %7 exp (map_0123)`. Empty
  /// on a device that launches nothing.
  default List<String> launches() {
    return List.of();
  }

  /// The tensors that runs take and those that they give.
  default Signature signature() {
    return Signature.of(plan());
  }

  /// Bytes of memory for intermediate values.
  default long arenaBytes() {
    return plan().memory().arenaBytes();
  }

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
        signature().results().stream().map(r -> Tensor.allocate(r.name(), r.type())).toList();
    try {
      run(inputs, results);
    } catch (RuntimeException | Error e) {
      results.forEach(Tensor::close);
      throw e;
    }
    return results;
  }

  /// The roofline of what it runs on, as [io.gatun.engine.profile.Roofline] says; empty where none
  /// is known. The first time on a machine it is measured, in about a second.
  default Optional<Roofline> roofline() {
    return Optional.empty();
  }

  /// Where the time of a run goes, on seeded random numbers: the mean of [#PROFILED_RUNS] runs.
  default PlanProfile profile() {
    try (var tensors = RandomTensors.of(plan())) {
      return profile(tensors.inputs(), tensors.results(), PROFILED_RUNS);
    }
  }

  /// Where the time of a run goes: the mean of so many runs on these tensors, which are changed as
  /// [#run(List, List)] changes them.
  default PlanProfile profile(List<Tensor> inputs, List<Tensor> results, int runs) {
    return PlanProfile.of(this, inputs, results, runs);
  }

  /// What [PlanImages#read] makes the same executable of, in parts; empty where that cannot be.
  ///
  /// @param files that the image may refer to
  default Optional<List<MemorySegment>> image(ConstantFiles files) {
    return Optional.empty();
  }

  @Override
  void close();
}
