package io.gatun.engine.cpu;

import io.gatun.engine.Arguments;
import io.gatun.engine.EngineException;
import io.gatun.engine.Executable;
import io.gatun.engine.StepObserver;
import io.gatun.engine.Tensor;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Plan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// A plan on the CPU: compiled kernels, one arena, and a table of addresses. A run writes the
/// caller's addresses into the table and walks the schedule; it allocates nothing.
final class CpuExecutable implements Executable {
  private final Plan plan;
  private final Arguments arguments;
  private final Arena memory;
  private final MemorySegment table;
  private final Slots slots;
  private final Work[] schedule;
  private final int[] ends;
  private final AutoCloseable code;
  private boolean closed;

  /// @param ends for each step of the plan the number of schedule entries up to its end
  CpuExecutable(
      Plan plan,
      Arena memory,
      MemorySegment table,
      Slots slots,
      List<Work> schedule,
      List<Integer> ends,
      AutoCloseable code) {
    this.plan = plan;
    this.arguments = new Arguments(plan);
    this.memory = memory;
    this.table = table;
    this.slots = slots;
    this.schedule = schedule.toArray(Work[]::new);
    this.ends = ends.stream().mapToInt(Integer::intValue).toArray();
    this.code = code;
  }

  @Override
  public Plan plan() {
    return plan;
  }

  /// The entries of the schedule, in order.
  List<Work> schedule() {
    return List.of(schedule);
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> results) {
    bind(inputs, results);
    for (Work work : schedule) work.run();
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> results, StepObserver observer) {
    bind(inputs, results);
    int next = 0;
    for (int step = 0; step < ends.length; step++) {
      observer.before(step, this::segment);
      while (next < ends[step]) schedule[next++].run();
      observer.after(step, this::segment);
    }
  }

  private MemorySegment segment(Place place, long bytes) {
    return CpuLoader.MEMORY.asSlice(
        table.getAtIndex(ValueLayout.JAVA_LONG, slots.of(place)), bytes);
  }

  /// Checks the tensors and writes their addresses into the table.
  void bind(List<Tensor> inputs, List<Tensor> results) {
    if (closed) throw new EngineException("run: the executable is closed");
    arguments.check(inputs, results);
    int slot = 0;
    for (int i = 0; i < inputs.size(); i++) bind(slot++, inputs.get(i));
    for (int i = 0; i < results.size(); i++) bind(slot++, results.get(i));
  }

  private void bind(int slot, Tensor tensor) {
    table.setAtIndex(ValueLayout.JAVA_LONG, slot, tensor.data().address());
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    try {
      code.close();
    } catch (Exception e) {
      throw new EngineException("close: the compiled code could not be released", e);
    } finally {
      memory.close();
    }
  }
}
