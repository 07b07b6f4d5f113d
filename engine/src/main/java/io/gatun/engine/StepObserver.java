package io.gatun.engine;

import io.gatun.graph.plan.Place;
import java.lang.foreign.MemorySegment;

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

  /// Step `step` of the plan is done.
  void after(int step, Memory memory);
}
