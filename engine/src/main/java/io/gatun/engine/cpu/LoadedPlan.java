package io.gatun.engine.cpu;

import io.gatun.engine.StepObserver;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// The schedule of a plan, ready to run, and the table of addresses that its kernels read. A plan
/// and the bodies of its loops have a table each.
final class LoadedPlan {
  /// All of memory, for addresses that are known only at run time.
  @SuppressWarnings("restricted") // the addresses come from tensors that the run has checked
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final Plan plan;
  private final MemorySegment table;
  private final Slots slots;
  private final int[][] copies;
  private Work[] schedule = {};
  private int[] ends = {};

  /// A plan without a schedule yet.
  LoadedPlan(Plan plan, MemorySegment table, Slots slots) {
    this.plan = plan;
    this.table = table;
    this.slots = slots;
    this.copies = slots.copies();
  }

  /// Gives it the schedule.
  ///
  /// @param ends for each step of the plan the number of schedule entries up to its end
  void schedule(List<Work> schedule, List<Integer> ends) {
    this.schedule = schedule.toArray(Work[]::new);
    this.ends = ends.stream().mapToInt(Integer::intValue).toArray();
  }

  /// The table of addresses.
  MemorySegment table() {
    return table;
  }

  Plan plan() {
    return plan;
  }

  /// The entries of the schedule, in order.
  List<Work> schedule() {
    return List.of(schedule);
  }

  /// The address in a slot of the table.
  long address(int slot) {
    return table.getAtIndex(ValueLayout.JAVA_LONG, slot);
  }

  /// Writes an address into a slot and into the windows of the kernels that use it.
  void bind(int slot, long address) {
    table.setAtIndex(ValueLayout.JAVA_LONG, slot, address);
    for (int copy : copies[slot]) table.setAtIndex(ValueLayout.JAVA_LONG, copy, address);
  }

  void run() {
    for (Work work : schedule) work.run();
  }

  /// Runs step by step under the eyes of an observer, the bodies of loops too where it wants.
  void run(StepObserver observer) {
    int next = 0;
    for (int step = 0; step < ends.length; step++) {
      observer.before(step, this::segment);
      var inside = observer.inside(step);
      while (next < ends[step]) {
        var work = schedule[next++];
        if (work instanceof LoopWork loop && inside.isPresent()) loop.run(inside.get());
        else work.run();
      }
      observer.after(step, this::segment);
    }
  }

  private MemorySegment segment(Place place, long bytes) {
    return MEMORY.asSlice(address(slots.of(place)), bytes);
  }
}
