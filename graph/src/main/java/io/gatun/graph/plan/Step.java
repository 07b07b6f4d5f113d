package io.gatun.graph.plan;

import io.gatun.graph.ir.Node;

/// One entry of a plan's schedule.
public sealed interface Step {
  /// Runs a group's kernel.
  record Launch(Group group) implements Step {}

  /// Copies the value of `node` to another place: a result that is an input or a constant, or an
  /// update that could not be made in place.
  record Copy(Node node, Place to) implements Step {}
}
