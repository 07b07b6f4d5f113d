package io.gatun.engine.cpu;

import io.gatun.engine.cpu.llvm.HostCpu;
import io.gatun.engine.cpu.llvm.NativeModule;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.kernel.KernelInterpreter;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.kernel.ScanKernel;
import io.gatun.graph.kernel.ScatterKernel;
import io.gatun.graph.kernel.SortKernel;
import io.gatun.graph.plan.Group;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.Step;
import io.gatun.graph.plan.Track;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The code of one plan, the whole one or a loop's body, on its way to a [LoadedPlan]: lowered when
/// constructed, then placed in memory, then finished with the compiled module.
final class PlanCode {
  /// Loops of fewer iterations than this are not worth packing for.
  private static final int LEAST_ITERATIONS = 3;

  /// Makes an entry of the schedule when the code is compiled.
  private interface Maker {
    Work make(NativeModule code, long[] scratch);
  }

  private final Plan plan;
  private final IrModule module;
  private final ThreadPool pool;
  private final String prefix;
  private final Predicate<Place> isInvariant;
  private final Slots slots;
  private final List<Integer> ends = new ArrayList<>();
  private final List<Maker> makers = new ArrayList<>();
  private final List<Maker> atLoad = new ArrayList<>();
  private final List<Maker> atBegin = new ArrayList<>();
  private final List<Lowered.Workspace> workspaces = new ArrayList<>();
  private final List<PlanCode> bodies = new ArrayList<>();
  private final List<Step.Loop> loops = new ArrayList<>();
  private long ownScratchBytes;
  private Optional<LoadedPlan> loaded = Optional.empty();

  /// The code of a whole plan, its kernels added to the module under names with this prefix.
  PlanCode(Plan plan, IrModule module, ThreadPool pool, String prefix) {
    this(plan, module, pool, prefix, _ -> false);
  }

  private PlanCode(
      Plan plan, IrModule module, ThreadPool pool, String prefix, Predicate<Place> isInvariant) {
    this.plan = plan;
    this.module = module;
    this.pool = pool;
    this.prefix = prefix;
    this.isInvariant = isInvariant;
    this.slots = new Slots(plan);
    lower();
  }

  Plan plan() {
    return plan;
  }

  /// Scratch memory that each thread needs.
  long scratchBytes() {
    return bodies.stream()
        .mapToLong(PlanCode::scratchBytes)
        .reduce(Math.max(64, ownScratchBytes), Math::max);
  }

  /// Memory for workspaces that keep nothing between steps.
  long transientBytes() {
    return Math.max(
        workspaces.stream().mapToLong(w -> w.lasting() ? 0 : w.bytes()).max().orElse(0),
        bodies.stream().mapToLong(PlanCode::transientBytes).max().orElse(0));
  }

  // --- lowering

  private void lower() {
    int number = 0;
    for (Step step : plan.steps()) {
      switch (step) {
        case Step.Launch(Group group) -> lower(group, name(group, number++));
        case Step.Copy(Place from, Place to, long bytes) ->
            copy(slots.of(from), slots.of(to), bytes);
        case Step.Loop loop -> loop(loop, name(loop.group(), number++));
      }
      ends.add(makers.size());
    }
  }

  private String name(Group group, int number) {
    String op = group.nodes().getLast().op().text().split(" ")[0];
    return prefix + "k" + number + "_" + op.replaceAll("[^a-zA-Z0-9]", "_");
  }

  private void lower(Group group, String name) {
    switch (group.kernel()) {
      case LoopKernel kernel -> {
        var lowered =
            LoopLowering.lower(
                module, name, kernel, slots.of(kernel), HostCpu.current().vectorBytes());
        schedule(name, lowered.units(), lowered.grain(), lowered.scratchBytes(), makers);
      }
      case ContractKernel kernel -> contract(kernel, name);
      case ScatterKernel kernel -> {
        var buffers = Arrays.stream(slots.of(kernel)).boxed().toList();
        schedule(
            ScatterLowering.lower(
                module, name, kernel, buffers, slots.size(), HostCpu.current().vectorBytes()),
            true);
      }
      case SortKernel kernel -> {
        var buffers = Arrays.stream(slots.of(kernel)).boxed().toList();
        schedule(
            SortLowering.lower(module, name, kernel, buffers, HostCpu.current().vectorBytes()),
            true);
      }
      case ScanKernel _, ReferenceKernel _ -> interpret(group.kernel(), name);
    }
  }

  private void contract(ContractKernel kernel, String name) {
    var buffers = Arrays.stream(slots.of(kernel)).boxed().toList();
    var constants = buffers(kernel, place -> place instanceof Place.InConstant);
    var lasting = new HashSet<>(constants);
    lasting.addAll(buffers(kernel, isInvariant));
    var lowered =
        ContractLowering.lower(
            module, name, kernel, buffers, lasting, slots.size(), HostCpu.current().vectorBytes());
    schedule(lowered, ContractLowering.readsOnly(kernel.b(), constants));
  }

  private void schedule(Lowered lowered, boolean isConstant) {
    slots.add(lowered.workspaces().size());
    workspaces.addAll(lowered.workspaces());
    for (var phase : lowered.phases()) {
      var to = !phase.once() ? makers : isConstant ? atLoad : atBegin;
      schedule(phase.name(), phase.units(), phase.grain(), phase.scratchBytes(), to);
    }
  }

  /// The buffers of a kernel that lie at places of some kind.
  private Set<Integer> buffers(Kernel kernel, Predicate<Place> kind) {
    var found = new HashSet<Integer>();
    for (int i = 0; i < kernel.buffers().size(); i++) {
      if (kind.test(plan.memory().places().get(kernel.buffers().get(i)))) found.add(i);
    }
    return found;
  }

  private void schedule(String name, long units, long grain, long bytes, List<Maker> to) {
    ownScratchBytes = Math.max(ownScratchBytes, bytes);
    long chunk = Math.max(grain, units / (8L * pool.threads()));
    to.add(
        (code, scratch) ->
            new Work.Native(
                name,
                code.function(name),
                loaded().table().address(),
                scratch,
                units,
                chunk,
                2 * grain,
                pool));
  }

  private LoadedPlan loaded() {
    return loaded.orElseThrow();
  }

  private void loop(Step.Loop loop, String name) {
    var invariants = new HashSet<Place>();
    for (int i = 0; i < loop.arguments().size(); i++) {
      boolean isStill = loop.arguments().get(i) instanceof Track.Moving track && track.isStill();
      if (isStill && loop.length() >= LEAST_ITERATIONS) invariants.add(new Place.InInput(i));
    }
    var body = new PlanCode(loop.body(), module, pool, name + "_", invariants::contains);
    bodies.add(body);
    loops.add(loop);
    makers.add(
        (code, scratch) -> {
          var finished = body.finish(code, scratch);
          var prologue = body.atBegin.stream().map(m -> m.make(code, scratch)).toList();
          return new LoopWork(name, loop, finished, loaded(), slots::of, prologue);
        });
  }

  // --- what runs in Java

  private void copy(int from, int to, long bytes) {
    var memory = LoadedPlan.MEMORY;
    makers.add(
        (_, _) ->
            new Work.Java(
                "copy",
                () ->
                    MemorySegment.copy(
                        memory, loaded().address(from), memory, loaded().address(to), bytes)));
  }

  /// Runs a kernel that nothing is generated for on the reference evaluator.
  private void interpret(Kernel kernel, String name) {
    int[] slot = slots.of(kernel);
    var buffers = kernel.buffers();
    makers.add(
        (_, _) ->
            new Work.Java(
                name,
                () -> {
                  var contents = new ArrayList<NdArray>();
                  for (int i = 0; i < slot.length; i++) {
                    var type = buffers.get(i).type();
                    contents.add(NdArray.of(type, segment(slot[i], type.bytes())));
                  }
                  var after = KernelInterpreter.run(kernel, contents);
                  for (int i : kernel.written()) {
                    after.get(i).copyTo(segment(slot[i], buffers.get(i).type().bytes()));
                  }
                }));
  }

  private MemorySegment segment(int slot, long bytes) {
    return LoadedPlan.MEMORY.asSlice(loaded().address(slot), bytes);
  }

  // --- memory and code

  /// Writes the addresses of everything but inputs and results into tables, that of the bodies too.
  void place(CpuLoader memory, long arena) {
    var table = memory.table(slots.size());
    loaded = Optional.of(new LoadedPlan(plan, table, slots));
    for (Place place : slots.places()) {
      switch (place) {
        case Place.InInput _, Place.InResult _ -> {}
        case Place.InArena(long offset) -> loaded().bind(slots.of(place), arena + offset);
        case Place.InConstant(Literal value) ->
            loaded().bind(slots.of(place), memory.constant(value));
      }
    }
    for (var workspace : workspaces) {
      loaded().bind(workspace.slot(), memory.workspace(workspace));
    }
    for (int i = 0; i < bodies.size(); i++) {
      bodies.get(i).place(memory, arena + loops.get(i).arena());
    }
  }

  /// The plan with its compiled schedule; what depends on constants alone is packed here.
  LoadedPlan finish(NativeModule code, long[] scratch) {
    atLoad.forEach(maker -> maker.make(code, scratch).run());
    loaded().schedule(makers.stream().map(maker -> maker.make(code, scratch)).toList(), ends);
    return loaded();
  }
}
