package io.gatun.engine.cuda;

import io.gatun.engine.cuda.lowering.Claimed;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.plan.Group;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.Step;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The claimed composites of a plan. The plan has a group for each output of a composite; here the
/// first of them makes also those that follow, where their memory is free already.
final class ClaimedCalls {
  private final Plan plan;
  private final Map<Group, Claimed> calls = new IdentityHashMap<>();
  private final Set<Group> done = Collections.newSetFromMap(new IdentityHashMap<>());

  private ClaimedCalls(Plan plan) {
    this.plan = plan;
  }

  static ClaimedCalls of(Plan plan) {
    var claims = new ClaimedCalls(plan);
    for (int step = 0; step < plan.steps().size(); step++) {
      if (plan.steps().get(step) instanceof Step.Launch(Group group)
          && group.kernel() instanceof ReferenceKernel kernel) {
        int at = step;
        Claimed.of(kernel).ifPresent(call -> claims.add(at, group, call));
      }
    }
    return claims;
  }

  private void add(int step, Group group, Claimed call) {
    for (int before = step - 1; before >= 0; before--) {
      if (!(plan.steps().get(before) instanceof Step.Launch(Group first))) break;
      var known = calls.get(first);
      if (known != null && known.isSameCall(call) && !overlap(known.wanted(), call)) {
        calls.put(first, known.with(call));
        done.add(group);
        return;
      }
      if (touches(first, call)) break;
    }
    calls.put(group, call);
  }

  /// Whether a group reads or writes what lies where the call's outputs go.
  private boolean touches(Group group, Claimed call) {
    return overlap(group.kernel().buffers(), call);
  }

  private boolean overlap(Collection<Node> nodes, Claimed call) {
    return nodes.stream()
        .anyMatch(node -> call.wanted().stream().anyMatch(output -> overlap(node, output)));
  }

  private boolean overlap(Node a, Node b) {
    return switch (plan.memory().places().get(b)) {
      case Place.InArena(long to) ->
          plan.memory().places().get(a) instanceof Place.InArena(long from)
              && from < to + b.type().bytes()
              && to < from + a.type().bytes();
      case Place.InInput _, Place.InResult _, Place.InConstant _ ->
          plan.memory().places().get(a).equals(plan.memory().places().get(b));
    };
  }

  /// What a group's launches do; empty for one that is no composite, or done before.
  Optional<Claimed> call(Group group) {
    return Optional.ofNullable(calls.get(group));
  }

  /// Whether an earlier group makes this one's output.
  boolean isDoneBefore(Group group) {
    return done.contains(group);
  }
}
