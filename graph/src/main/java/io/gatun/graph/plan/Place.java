package io.gatun.graph.plan;

import io.gatun.graph.tensor.Literal;

/// Where a stored value lives while a plan runs.
public sealed interface Place {
  /// In the caller's tensor for the plan's input `index`.
  record InInput(int index) implements Place {}

  /// In the caller's tensor for the plan's result `index`.
  record InResult(int index) implements Place {}

  /// In the executable's arena, `offset` bytes from its start.
  record InArena(long offset) implements Place {}

  /// In a constant of the plan.
  record InConstant(Literal value) implements Place {}
}
