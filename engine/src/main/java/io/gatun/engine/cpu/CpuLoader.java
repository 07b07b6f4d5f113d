package io.gatun.engine.cpu;

import io.gatun.engine.EngineException;
import io.gatun.engine.cpu.llvm.CompileOptions;
import io.gatun.engine.cpu.llvm.HostCpu;
import io.gatun.engine.cpu.llvm.NativeModule;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.kernel.KernelInterpreter;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.kernel.ScatterKernel;
import io.gatun.graph.kernel.SortKernel;
import io.gatun.graph.plan.Group;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.Step;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;

/// Makes a plan ready to run: generates the text of all kernels, compiles it, places the arena and
/// the constants, and packs what can be packed once.
final class CpuLoader {
  /// All of memory, for copies between addresses that are known only at run time.
  @SuppressWarnings("restricted") // the addresses come from tensors that the run has checked
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final Plan plan;
  private final ThreadPool pool;
  private final Slots slots;
  private final IrModule module = new IrModule();
  private final List<Integer> ends = new ArrayList<>();
  private final List<Function<NativeModule, Work>> makers = new ArrayList<>();
  private final List<Function<NativeModule, Work>> packers = new ArrayList<>();
  private final List<Lowered.Workspace> workspaces = new ArrayList<>();
  private final Arena memory = Arena.ofShared();
  private long scratchBytes;
  private long[] scratch = new long[0];
  private MemorySegment table = MemorySegment.NULL;

  private CpuLoader(Plan plan, ThreadPool pool) {
    this.plan = plan;
    this.pool = pool;
    this.slots = new Slots(plan);
  }

  static CpuExecutable load(Plan plan, ThreadPool pool) {
    var loader = new CpuLoader(plan, pool);
    try {
      return loader.load();
    } catch (OutOfMemoryError e) {
      loader.memory.close();
      throw new EngineException(
          "load: out of memory: the plan's arena of %d bytes and scratch memory of %d threads x %d bytes do not fit; use a smaller batch or a machine with more memory"
              .formatted(plan.memory().arenaBytes(), pool.threads(), loader.scratchBytes),
          e);
    } catch (RuntimeException | Error e) {
      loader.memory.close();
      throw e;
    }
  }

  /// The text of all kernels of a plan.
  static String source(Plan plan, ThreadPool pool) {
    var loader = new CpuLoader(plan, pool);
    try {
      loader.lower();
      return loader.module.text();
    } finally {
      loader.memory.close();
    }
  }

  private void lower() {
    int number = 0;
    for (Step step : plan.steps()) {
      switch (step) {
        case Step.Launch(Group group) -> lower(group, number++);
        case Step.Copy(Place from, Place to, long bytes) ->
            copy(slots.of(from), slots.of(to), bytes);
      }
      ends.add(makers.size());
    }
  }

  private CpuExecutable load() {
    lower();
    table = memory.allocate(ValueLayout.JAVA_LONG, Math.max(1, slots.size()));
    scratch = new long[pool.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = memory.allocate(Math.max(64, scratchBytes), 4096).address();
    }
    place();
    var code = NativeModule.compile(module.text(), CompileOptions.standard());
    // What is packed once may read constants, which are in the table by now.
    packers.forEach(maker -> maker.apply(code).run());
    var schedule = makers.stream().map(maker -> maker.apply(code)).toList();
    return new CpuExecutable(plan, memory, table, slots, schedule, ends, code);
  }

  private void lower(Group group, int number) {
    switch (group.kernel()) {
      case LoopKernel kernel -> {
        String name = name(group, number);
        var lowered =
            LoopLowering.lower(
                module, name, kernel, slots.of(kernel), HostCpu.current().vectorBytes());
        schedule(name, lowered.units(), lowered.grain(), lowered.scratchBytes(), makers);
      }
      case ContractKernel kernel -> contract(kernel, name(group, number));
      case ScatterKernel kernel -> {
        var buffers = Arrays.stream(slots.of(kernel)).boxed().toList();
        String name = name(group, number);
        schedule(
            ScatterLowering.lower(
                module, name, kernel, buffers, slots.size(), HostCpu.current().vectorBytes()));
      }
      case SortKernel kernel -> {
        var buffers = Arrays.stream(slots.of(kernel)).boxed().toList();
        String name = name(group, number);
        schedule(
            SortLowering.lower(module, name, kernel, buffers, HostCpu.current().vectorBytes()));
      }
      case ReferenceKernel kernel -> interpret(kernel, name(group, number));
    }
  }

  private static String name(Group group, int number) {
    String op = group.nodes().getLast().op().text().split(" ")[0];
    return "k" + number + "_" + op.replaceAll("[^a-zA-Z0-9]", "_");
  }

  private void contract(ContractKernel kernel, String name) {
    var buffers = Arrays.stream(slots.of(kernel)).boxed().toList();
    var constants = new HashSet<Integer>();
    for (int i = 0; i < buffers.size(); i++) {
      var place = plan.memory().places().get(kernel.buffers().get(i));
      if (place instanceof Place.InConstant) constants.add(i);
    }
    var lowered =
        ContractLowering.lower(
            module,
            name,
            kernel,
            buffers,
            constants,
            slots.size(),
            HostCpu.current().vectorBytes());
    schedule(lowered);
  }

  private void schedule(Lowered lowered) {
    slots.add(lowered.workspaces().size());
    workspaces.addAll(lowered.workspaces());
    for (var phase : lowered.phases()) {
      schedule(
          phase.name(),
          phase.units(),
          phase.grain(),
          phase.scratchBytes(),
          phase.once() ? packers : makers);
    }
  }

  private void schedule(
      String name, long units, long grain, long bytes, List<Function<NativeModule, Work>> to) {
    scratchBytes = Math.max(scratchBytes, bytes);
    long chunk = Math.max(grain, units / (8L * pool.threads()));
    to.add(
        code ->
            new Work.Native(
                name,
                code.function(name),
                table.address(),
                scratch,
                units,
                chunk,
                2 * grain,
                pool));
  }

  // --- what runs in Java

  private long address(int slot) {
    return table.getAtIndex(ValueLayout.JAVA_LONG, slot);
  }

  private void copy(int from, int to, long bytes) {
    makers.add(
        _ ->
            new Work.Java(
                "copy",
                () -> MemorySegment.copy(MEMORY, address(from), MEMORY, address(to), bytes)));
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
                    contents.add(
                        NdArray.of(buffers.get(i).type(), segment(buffers.get(i), slot[i])));
                  }
                  var after = KernelInterpreter.run(kernel, contents);
                  for (int i : kernel.written()) {
                    after.get(i).copyTo(segment(buffers.get(i), slot[i]));
                  }
                }));
  }

  private MemorySegment segment(Node node, int slot) {
    return MEMORY.asSlice(address(slot), node.type().bytes());
  }

  // --- memory

  private void place() {
    var arena = memory.allocate(Math.max(64, plan.memory().arenaBytes()), 4096);
    for (Place place : slots.places()) {
      switch (place) {
        case Place.InInput _, Place.InResult _ -> {}
        case Place.InArena(long offset) -> set(place, arena.address() + offset);
        case Place.InConstant(Literal value) -> set(place, constant(value));
      }
    }
    // Workspaces that keep nothing between runs are used by one step at a time and share memory.
    long shared = workspaces.stream().mapToLong(w -> w.lasting() ? 0 : w.bytes()).max().orElse(0);
    long transientBase = memory.allocate(Math.max(64, shared), 64).address();
    for (var workspace : workspaces) {
      long address =
          workspace.lasting() ? memory.allocate(workspace.bytes(), 64).address() : transientBase;
      table.setAtIndex(ValueLayout.JAVA_LONG, workspace.slot(), address);
    }
  }

  private void set(Place place, long address) {
    table.setAtIndex(ValueLayout.JAVA_LONG, slots.of(place), address);
  }

  private long constant(Literal literal) {
    if (literal.data().isNative()) return literal.data().address();
    var copy = memory.allocate(Math.max(1, literal.type().bytes()), 64);
    copy.copyFrom(literal.data());
    return copy.address();
  }
}
