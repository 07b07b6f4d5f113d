package io.gatun.engine;

import io.gatun.graph.plan.Place;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// Watches a run step by step, on the running thread.
public interface StepObserver {
  /// Memory of the run, valid during a call of the observer.
  @FunctionalInterface
  interface Memory {
    /// The `bytes` at a place.
    MemorySegment of(Place place, long bytes);
  }

  /// Step `step` of the plan is about to run.
  void before(int step, Memory memory);

  /// Who watches the steps of the body if step `step` is a loop, in each iteration; nobody where it
  /// is empty.
  default Optional<StepObserver> inside(int step) {
    return Optional.empty();
  }

  /// Tells several observers of each step: of its beginning in their order, of its end in the
  /// reverse one, so that the last is the closest to it.
  static StepObserver all(List<StepObserver> observers) {
    return observers.size() == 1 ? observers.getFirst() : new StepObservers(observers);
  }

  /// Step `step` of the plan is done.
  void after(int step, Memory memory);
}
