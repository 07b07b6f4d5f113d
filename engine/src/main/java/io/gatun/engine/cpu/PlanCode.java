package io.gatun.engine.cpu;

import io.gatun.engine.cpu.LoweredPlan.PackedConstant;
import io.gatun.engine.cpu.LoweredPlan.Space;
import io.gatun.engine.cpu.LoweredPlan.Task;
import io.gatun.engine.cpu.llvm.HostCpu;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Dots;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.LoopsKernel;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.kernel.ScanKernel;
import io.gatun.graph.kernel.ScatterKernel;
import io.gatun.graph.kernel.SortKernel;
import io.gatun.graph.plan.Group;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.Step;
import io.gatun.graph.plan.Track;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Lowers the steps of one plan, the whole one or a loop's body, to a [LoweredPlan], its kernels to
/// functions of a module.
final class PlanCode {
  /// Loops of fewer iterations than this are not worth packing for.
  private static final int LEAST_ITERATIONS = 3;

  private final Plan plan;
  private final IrModule module;
  private final String prefix;
  private final Predicate<Place> isInvariant;
  private final Slots slots;
  private final Map<Place, Long> readers;
  private final List<Integer> ends = new ArrayList<>();
  private final List<Task> schedule = new ArrayList<>();
  private final List<PackedConstant> packed = new ArrayList<>();
  private final List<Task> atBegin = new ArrayList<>();
  private final List<Space> workspaces = new ArrayList<>();
  private long scratchBytes = 64;

  private PlanCode(Plan plan, IrModule module, String prefix, Predicate<Place> isInvariant) {
    this.plan = plan;
    this.module = module;
    this.prefix = prefix;
    this.isInvariant = isInvariant;
    this.slots = new Slots(plan);
    readers = readers(plan);
  }

  /// The code of a whole plan, its kernels added to the module.
  static LoweredPlan lower(Plan plan, IrModule module) {
    return new PlanCode(plan, module, "", _ -> false).lower();
  }

  private LoweredPlan lower() {
    int number = 0;
    for (Step step : plan.steps()) {
      switch (step) {
        case Step.Launch(Group group) -> lower(group, name(group, number++));
        case Step.Copy(Place from, Place to, long bytes) ->
            schedule.add(new Task.Copy(slots.of(from), slots.of(to), bytes));
        case Step.Loop loop -> schedule.add(loop(loop, name(loop.group(), number++)));
      }
      ends.add(schedule.size());
    }
    return new LoweredPlan(
        slots.places(),
        slots.size(),
        slots.copies(),
        workspaces,
        packed,
        scratchBytes,
        atBegin,
        schedule,
        ends);
  }

  private void loop(LoopKernel kernel, String name, int vectorBytes) {
    add(
        kernel,
        name,
        false,
        window -> {
          var lowered = LoopLowering.lower(module, name, kernel, window.entries(), vectorBytes);
          return new Lowered(List.of(lowered.phase()), List.of());
        });
  }

  private String name(Group group, int number) {
    String op = group.nodes().getLast().op().text().split(" ")[0];
    return prefix + "k" + number + "_" + op.replaceAll("[^a-zA-Z0-9]", "_");
  }

  private void lower(Group group, String name) {
    int vectorBytes = HostCpu.current().vectorBytes();
    switch (group.kernel()) {
      case LoopKernel kernel -> loop(kernel, name, vectorBytes);
      case ContractKernel kernel -> {
        var constants = buffers(kernel, place -> place instanceof Place.InConstant);
        var lasting = new HashSet<>(constants);
        lasting.addAll(buffers(kernel, isInvariant));
        boolean isPacked =
            ContractLowering.readsOnly(kernel.b(), lasting)
                && !ContractLowering.readsOnly(kernel.b(), buffers(kernel, this::isReadTwice));
        var dots = isPacked ? Optional.<LoopKernel>empty() : Dots.of(kernel);
        if (dots.isPresent()) {
          loop(dots.get(), name, vectorBytes);
          return;
        }
        add(
            kernel,
            name,
            ContractLowering.readsOnly(kernel.b(), constants),
            w ->
                ContractLowering.lower(
                    module,
                    name,
                    kernel,
                    w.buffers(),
                    lasting,
                    w.workspaces(),
                    vectorBytes,
                    ByteDot.of(HostCpu.current(), vectorBytes)));
      }
      case ScatterKernel kernel ->
          add(
              kernel,
              name,
              true,
              w ->
                  ScatterLowering.lower(
                      module, name, kernel, w.buffers(), w.workspaces(), vectorBytes));
      case SortKernel kernel ->
          add(
              kernel,
              name,
              true,
              w -> SortLowering.lower(module, name, kernel, w.buffers(), vectorBytes));
      // The CPU target merges no loops: a launch costs it nothing.
      case LoopsKernel _, ScanKernel _, ReferenceKernel _ ->
          schedule.add(
              new Task.Interpret(
                  name, group.kernel(), Arrays.stream(slots.of(group.kernel())).boxed().toList()));
    }
  }

  /// Adds a kernel to the module, unless it is there, and its phases to the schedule.
  ///
  /// @param isConstant whether what is done once depends on constants alone
  private void add(
      Kernel kernel, String name, boolean isConstant, Function<Slots.Window, Lowered> lowering) {
    var window = slots.window(kernel);
    int mark = module.mark();
    var lowered = lowering.apply(window);
    String known = module.unite(mark, name);
    slots.add(lowered.workspaces().size());
    var atLoad = new ArrayList<Task>();
    for (var phase : lowered.phases()) {
      var to = !phase.once() ? schedule : isConstant ? atLoad : atBegin;
      String function = known + phase.name().substring(name.length());
      schedule(phase, function, window.start(), to);
    }
    for (var workspace : lowered.workspaces()) {
      int slot = window.start() + workspace.slot();
      if (isConstant && workspace.packed().isPresent()) {
        packed.add(packed(kernel, slot, workspace.bytes(), workspace.packed().get(), atLoad));
      } else {
        workspaces.add(new Space(slot, workspace.bytes(), workspace.packed().isPresent()));
      }
    }
  }

  private PackedConstant packed(
      Kernel kernel, int slot, long bytes, Lowered.Packed what, List<Task> tasks) {
    int[] buffers = slots.of(kernel);
    var sources = what.buffers().stream().map(i -> buffers[i]).toList();
    return new PackedConstant(slot, bytes, what.form(), sources, tasks);
  }

  /// Whether a constant is read by several kernels, as a table of rows that is the classifier, too:
  /// it stays in memory as it is, and packed it would be there twice.
  private boolean isReadTwice(Place place) {
    return place instanceof Place.InConstant && readers.get(place) > 1;
  }

  /// How many kernels use each place.
  private static Map<Place, Long> readers(Plan plan) {
    return plan.groups().stream()
        .flatMap(
            group -> group.kernel().buffers().stream().map(plan.memory().places()::get).distinct())
        .collect(Collectors.groupingBy(place -> place, Collectors.counting()));
  }

  /// The buffers of a kernel that lie at places of some kind.
  private Set<Integer> buffers(Kernel kernel, Predicate<Place> kind) {
    var found = new HashSet<Integer>();
    for (int i = 0; i < kernel.buffers().size(); i++) {
      if (kind.test(plan.memory().places().get(kernel.buffers().get(i)))) found.add(i);
    }
    return found;
  }

  private void schedule(Lowered.Phase phase, String function, int window, List<Task> to) {
    scratchBytes = Math.max(scratchBytes, phase.scratchBytes());
    to.add(new Task.Call(phase.name(), function, window, phase.units(), phase.grain()));
  }

  private Task loop(Step.Loop loop, String name) {
    var invariants = new HashSet<Place>();
    for (int i = 0; i < loop.arguments().size(); i++) {
      boolean isStill = loop.arguments().get(i) instanceof Track.Moving track && track.isStill();
      if (isStill && loop.length() >= LEAST_ITERATIONS) invariants.add(new Place.InInput(i));
    }
    var body = new PlanCode(loop.body(), module, name + "_", invariants::contains).lower();
    return new Task.Loop(name, loop.length(), loop.arguments(), loop.results(), loop.arena(), body);
  }
}
