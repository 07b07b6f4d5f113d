package io.gatun.graph.plan;

import java.util.List;

/// One entry of a plan's schedule.
public sealed interface Step {
  /// Runs a group's kernel.
  record Launch(Group group) implements Step {}

  /// Copies `bytes` from one place to another: a result that is an input or a constant, or an
  /// update that could not be made in place.
  record Copy(Place from, Place to, long bytes) implements Step {}

  /// Runs the plan of a loop's body `length` times, at least once.
  ///
  /// @param group the loop
  /// @param body its inputs and results are placed anew in each iteration
  /// @param arguments where the body's inputs lie
  /// @param results where the body's results lie
  /// @param arena offset of the body's arena in that of this plan
  record Loop(
      Group group, Plan body, int length, List<Track> arguments, List<Track> results, long arena)
      implements Step {
    public Loop {
      arguments = List.copyOf(arguments);
      results = List.copyOf(results);
    }
  }
}
