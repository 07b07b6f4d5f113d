package io.gatun.engine.cuda;

import io.gatun.engine.cuda.library.Precision;
import io.gatun.engine.cuda.lowering.Claimed;
import io.gatun.engine.cuda.lowering.DeviceShape;
import io.gatun.engine.cuda.lowering.KernelLowering;
import io.gatun.engine.cuda.lowering.KernelUnit;
import io.gatun.engine.cuda.lowering.Lowered;
import io.gatun.engine.cuda.lowering.ReadyCall;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.plan.Group;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.Step;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The code of one plan, the whole one or a loop's body, before there is memory: every group's
/// kernel, lowered, and the plan's places.
final class PlanCode {
  private final Plan plan;
  private final Places places;
  private final DeviceShape device;
  private final Map<Group, Optional<Lowered>> lowered = new IdentityHashMap<>();
  private final Map<Group, ReadyCall> ready = new IdentityHashMap<>();
  private final Map<Step.Loop, PlanCode> bodies = new IdentityHashMap<>();

  /// The code of a whole plan, whose inputs and results are all aligned.
  PlanCode(Plan plan, DeviceShape device) {
    this(plan, device, _ -> true);
  }

  private PlanCode(Plan plan, DeviceShape device, Predicate<Place> isAligned) {
    this.plan = plan;
    this.device = device;
    places = new Places(plan, isAligned);
    for (Step step : plan.steps()) {
      switch (step) {
        case Step.Launch(Group group) -> lowered.put(group, lower(group));
        case Step.Loop loop ->
            bodies.put(loop, new PlanCode(loop.body(), device, places.alignmentOfBody(loop)));
        case Step.Copy _ -> {}
      }
    }
  }

  private Optional<Lowered> lower(Group group) {
    var buffers = group.kernel().buffers();
    var memory =
        new KernelLowering.Memory(
            b -> places.isAligned(places.place(buffers.get(b))),
            (a, b) -> places.place(buffers.get(a)).equals(places.place(buffers.get(b))));
    var lowering = new KernelLowering(device);
    if (group.kernel() instanceof ReferenceKernel kernel) {
      Claimed.of(kernel)
          .filter(call -> !call.isAttention())
          .map(call -> ReadyCall.of(call, device))
          .filter(call -> call.accepts(memory.isAligned()))
          .ifPresent(call -> ready.put(group, call));
    }
    return lowering.lower(group.kernel(), memory);
  }

  /// How factors of f32 are rounded.
  Precision precision() {
    return device.tf32() ? Precision.TF32 : Precision.FULL;
  }

  /// The ready-made kernel that does a group; empty where that is none.
  Optional<ReadyCall> ready(Group group) {
    return Optional.ofNullable(ready.get(group));
  }

  Plan plan() {
    return plan;
  }

  Places places() {
    return places;
  }

  /// The device code of a group; empty where there is none.
  Optional<Lowered> lowered(Group group) {
    return lowered.get(group);
  }

  /// The code of a loop's body.
  PlanCode body(Step.Loop loop) {
    return bodies.get(loop);
  }

  /// The device code of all kernels, those of loop bodies too.
  List<KernelUnit> units() {
    var units = new ArrayList<KernelUnit>();
    lowered.values().forEach(l -> l.ifPresent(code -> units.add(code.unit())));
    bodies.values().forEach(body -> units.addAll(body.units()));
    return units.stream().distinct().toList();
  }

  /// Memory that the launches of a kernel share, of the kernel that wants most.
  long workspaceBytes() {
    long own =
        lowered.values().stream()
            .flatMap(Optional::stream)
            .mapToLong(Lowered::workspaceBytes)
            .max()
            .orElse(0);
    long calls = ready.values().stream().mapToLong(ReadyCall::workspaceBytes).max().orElse(0);
    return Math.max(
        Math.max(own, calls),
        bodies.values().stream().mapToLong(PlanCode::workspaceBytes).max().orElse(0));
  }

  /// Bytes of the constants of this plan, without those of bodies.
  List<Place.InConstant> constants() {
    return places.all().stream()
        .filter(p -> p instanceof Place.InConstant)
        .map(p -> (Place.InConstant) p)
        .toList();
  }

  /// Whether the reference evaluator computes a group: it has no device code but something to do.
  boolean isOnHost(Group group) {
    boolean stores = group.writes().stream().anyMatch(n -> n.type().size() > 0);
    return group.kernel() instanceof ReferenceKernel && stores && !ready.containsKey(group);
  }
}
