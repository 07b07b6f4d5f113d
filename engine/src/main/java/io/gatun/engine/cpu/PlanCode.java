package io.gatun.engine.cpu;

import io.gatun.engine.cpu.llvm.HostCpu;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Dots;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.kernel.KernelInterpreter;
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
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/// The code of one plan, the whole one or a loop's body, on its way to a [LoadedPlan]: lowered when
/// constructed, then placed in memory, then finished with the compiled module.
final class PlanCode {
  /// Loops of fewer iterations than this are not worth packing for.
  private static final int LEAST_ITERATIONS = 3;

  /// Makes an entry of the schedule when the code is compiled.
  private interface Maker {
    Work make(CpuLoader loader);
  }

  /// A workspace that is made of constants at load.
  ///
  /// @param slot entry of the table
  /// @param makers write it
  private record PackedConstant(
      int slot, long bytes, String form, List<Literal> sources, List<Maker> makers) {}

  private final Plan plan;
  private final IrModule module;
  private final ThreadPool pool;
  private final String prefix;
  private final Predicate<Place> isInvariant;
  private final Slots slots;
  private final List<Integer> ends = new ArrayList<>();
  private final List<Maker> makers = new ArrayList<>();
  private final List<PackedConstant> packed = new ArrayList<>();
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
        var dots =
            ContractLowering.readsOnly(kernel.b(), lasting)
                ? Optional.<LoopKernel>empty()
                : Dots.of(kernel);
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
      case LoopsKernel _, ScanKernel _, ReferenceKernel _ -> interpret(group.kernel(), name);
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
    var atLoad = new ArrayList<Maker>();
    for (var phase : lowered.phases()) {
      var to = !phase.once() ? makers : isConstant ? atLoad : atBegin;
      String function = known + phase.name().substring(name.length());
      schedule(phase, function, window.start(), to);
    }
    for (var workspace : lowered.workspaces()) {
      var placed = workspace.at(window.start() + workspace.slot());
      if (isConstant && workspace.lasting()) packed.add(packed(kernel, placed, atLoad));
      else workspaces.add(placed);
    }
  }

  private PackedConstant packed(Kernel kernel, Lowered.Workspace workspace, List<Maker> atLoad) {
    var what = workspace.packed().orElseThrow();
    var sources =
        what.buffers().stream()
            .map(i -> plan.memory().places().get(kernel.buffers().get(i)))
            .map(place -> ((Place.InConstant) place).value())
            .toList();
    return new PackedConstant(workspace.slot(), workspace.bytes(), what.form(), sources, atLoad);
  }

  /// Lets the system take back the memory of a file that a constant was packed from: it is read
  /// again if something else needs it.
  private static void unload(Literal constant) {
    if (constant.data().isMapped()) constant.data().unload();
  }

  /// The buffers of a kernel that lie at places of some kind.
  private Set<Integer> buffers(Kernel kernel, Predicate<Place> kind) {
    var found = new HashSet<Integer>();
    for (int i = 0; i < kernel.buffers().size(); i++) {
      if (kind.test(plan.memory().places().get(kernel.buffers().get(i)))) found.add(i);
    }
    return found;
  }

  private void schedule(Lowered.Phase phase, String function, int window, List<Maker> to) {
    ownScratchBytes = Math.max(ownScratchBytes, phase.scratchBytes());
    long chunk = Math.max(phase.grain(), phase.units() / (8L * pool.threads()));
    to.add(
        loader ->
            new Work.Native(
                phase.name(),
                loader.function(function),
                loaded().table().address() + (long) Long.BYTES * window,
                loader.scratch(),
                phase.units(),
                chunk,
                2 * phase.grain(),
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
        loader -> {
          var finished = body.finish(loader);
          var prologue = body.atBegin.stream().map(m -> m.make(loader)).toList();
          return new LoopWork(name, loop, finished, loaded(), slots::of, prologue);
        });
  }

  // --- what runs in Java

  private void copy(int from, int to, long bytes) {
    var memory = LoadedPlan.MEMORY;
    makers.add(
        _ ->
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
        _ ->
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

  /// The plan with its compiled schedule; what depends on constants alone is packed here, unless
  /// another plan has done so: the largest first, as each lies in memory twice while it is packed.
  LoadedPlan finish(CpuLoader loader) {
    packed.sort(Comparator.comparingLong(PackedConstant::bytes).reversed());
    for (var constant : packed) {
      long known =
          loader.packed(
              constant.form(),
              constant.sources(),
              constant.bytes(),
              address -> {
                loaded().bind(constant.slot(), address);
                constant.makers().forEach(maker -> maker.make(loader).run());
              });
      constant.sources().forEach(PlanCode::unload);
      loaded().bind(constant.slot(), known);
    }
    for (Place place : slots.places()) {
      if (place instanceof Place.InConstant(Literal constant)) unload(constant);
    }
    loaded().schedule(makers.stream().map(maker -> maker.make(loader)).toList(), ends);
    return loaded();
  }
}
