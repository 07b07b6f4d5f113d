package io.gatun.graph.plan;

/// One entry of a plan's schedule.
public sealed interface Step {
  /// Runs a group's kernel.
  record Launch(Group group) implements Step {}

  /// Copies `bytes` from one place to another: a result that is an input or a constant, or an
  /// update that could not be made in place.
  record Copy(Place from, Place to, long bytes) implements Step {}
}
