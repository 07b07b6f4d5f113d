package io.gatun.engine.cpu;

import io.gatun.engine.StepObserver;
import io.gatun.engine.cpu.LoweredPlan.PackedConstant;
import io.gatun.engine.cpu.LoweredPlan.Task;
import io.gatun.graph.plan.Place;
import io.gatun.graph.tensor.Literal;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The schedule of a plan, ready to run, and the table of addresses that its kernels read. A plan
/// and the bodies of its loops have a table each.
final class LoadedPlan {
  /// All of memory, for addresses that are known only at run time.
  @SuppressWarnings("restricted") // the addresses come from tensors that the run has checked
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final LoweredPlan lowered;
  private final CpuLoader memory;
  private final MemorySegment table;
  private final int[][] copies;
  private final int[] ends;
  private final List<LoadedPlan> bodies;
  private Work[] schedule = {};
  private Work[] prologue = {};
  private Optional<Map<Place, Integer>> slots = Optional.empty();

  /// A plan without a schedule yet; the addresses of everything but inputs and results are written
  /// into its table and into those of the bodies.
  LoadedPlan(LoweredPlan lowered, CpuLoader memory, long arena) {
    this.lowered = lowered;
    this.memory = memory;
    table = memory.table(lowered.size());
    copies = lowered.copies().stream().map(LoadedPlan::ints).toArray(int[][]::new);
    ends = ints(lowered.ends());
    for (int slot = 0; slot < lowered.places().size(); slot++) {
      switch (lowered.places().get(slot)) {
        case Place.InInput _, Place.InResult _ -> {}
        case Place.InArena(long offset) -> bind(slot, arena + offset);
        case Place.InConstant(Literal value) -> bind(slot, memory.constant(value));
      }
    }
    for (var workspace : lowered.workspaces()) {
      set(workspace.slot(), memory.workspace(workspace));
    }
    bodies =
        lowered
            .loops()
            .map(loop -> new LoadedPlan(loop.body(), memory, arena + loop.arena()))
            .toList();
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /// Packs what depends on constants alone, and makes the schedule.
  void finish(TaskLoader loader) {
    pack(loader);
    for (int slot = 0; slot < lowered.places().size(); slot++) unload(slot);
    var next = bodies.iterator();
    schedule =
        lowered.schedule().stream()
            .map(
                task ->
                    task instanceof Task.Loop loop
                        ? loop(loop, next.next(), loader)
                        : loader.work(task, this))
            .toArray(Work[]::new);
    prologue = lowered.atBegin().stream().map(task -> loader.work(task, this)).toArray(Work[]::new);
  }

  /// The largest first, as each lies in memory twice while it is packed.
  private void pack(TaskLoader loader) {
    var largestFirst = new ArrayList<>(lowered.packed());
    largestFirst.sort(Comparator.comparingLong(PackedConstant::bytes).reversed());
    for (var constant : largestFirst) {
      var sources = new ArrayList<Literal>();
      for (int slot : constant.sources()) {
        sources.add(((Place.InConstant) lowered.places().get(slot)).value());
      }
      long address = memory.packed(constant, sources, to -> pack(constant, to, loader));
      constant.sources().forEach(this::unload);
      set(constant.slot(), address);
    }
  }

  private void pack(PackedConstant constant, long to, TaskLoader loader) {
    set(constant.slot(), to);
    for (Task task : constant.tasks()) loader.work(task, this).run();
  }

  private void set(int slot, long address) {
    table.setAtIndex(ValueLayout.JAVA_LONG, slot, address);
  }

  private Work loop(Task.Loop loop, LoadedPlan body, TaskLoader loader) {
    body.finish(loader);
    return new LoopWork(loop, body, this);
  }

  /// Lets the system take back the memory of files that a constant lies in: it is read again if
  /// something else needs it.
  private void unload(int slot) {
    if (lowered.places().get(slot) instanceof Place.InConstant(Literal constant)
        && constant.data().isMapped()) {
      constant.data().unload();
    }
  }

  /// The entries of the schedule, in order.
  List<Work> schedule() {
    return List.of(schedule);
  }

  /// What is done once before the iterations of the loop whose body this is.
  void begin() {
    for (Work work : prologue) work.run();
  }

  /// The address of the table's entry.
  long entry(int slot) {
    return table.address() + (long) Long.BYTES * slot;
  }

  /// The slots of places.
  Map<Place, Integer> slots() {
    if (slots.isEmpty()) {
      var found = new HashMap<Place, Integer>();
      for (Place place : lowered.places()) found.put(place, found.size());
      slots = Optional.of(found);
    }
    return slots.get();
  }

  /// The address in a slot of the table.
  long address(int slot) {
    return table.getAtIndex(ValueLayout.JAVA_LONG, slot);
  }

  /// Writes an address into the slot of a place and into the windows of the kernels that use it.
  void bind(int slot, long address) {
    table.setAtIndex(ValueLayout.JAVA_LONG, slot, address);
    for (int copy : copies[slot]) table.setAtIndex(ValueLayout.JAVA_LONG, copy, address);
  }

  /// The memory whose address is in a slot.
  MemorySegment segment(int slot, long bytes) {
    return MEMORY.asSlice(address(slot), bytes);
  }

  void run() {
    for (Work work : schedule) work.run();
  }

  /// Runs step by step under the eyes of an observer, the bodies of loops too where it wants.
  void run(StepObserver observer) {
    var known = slots();
    StepObserver.Memory memory = (place, bytes) -> segment(known.get(place), bytes);
    int next = 0;
    for (int step = 0; step < ends.length; step++) {
      observer.before(step, memory);
      var inside = observer.inside(step);
      while (next < ends[step]) {
        var work = schedule[next++];
        if (work instanceof LoopWork loop && inside.isPresent()) loop.run(inside.get());
        else work.run();
      }
      observer.after(step, memory);
    }
  }
}
