package io.gatun.engine.cpu;

import io.gatun.engine.cpu.LoweredPlan.Task;
import io.gatun.graph.kernel.KernelInterpreter;
import io.gatun.graph.tensor.NdArray;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;

/// Makes tasks of a lowered plan ready to run.
///
/// @param scratch addresses of the threads' scratch memory
record TaskLoader(CompiledCode code, long[] scratch, ThreadPool pool) {
  /// The entry of a schedule for a task that is no loop.
  Work work(Task task, LoadedPlan plan) {
    return switch (task) {
      case Task.Call call -> call(call, plan);
      case Task.Copy(int from, int to, long bytes) ->
          new Work.Java("copy", () -> copy(plan.address(from), plan.address(to), bytes));
      case Task.Interpret interpret ->
          new Work.Java(interpret.name(), () -> interpret(interpret, plan));
      case Task.Loop loop -> throw new IllegalArgumentException(loop.name() + " has a body");
    };
  }

  private Work call(Task.Call call, LoadedPlan plan) {
    return new Work.Native(
        call.name(),
        code.function(call.function()),
        plan.entry(call.window()),
        scratch,
        call.units(),
        Math.max(call.grain(), call.units() / (8L * pool.threads())),
        2 * call.grain(),
        pool);
  }

  private static void copy(long from, long to, long bytes) {
    MemorySegment.copy(LoadedPlan.MEMORY, from, LoadedPlan.MEMORY, to, bytes);
  }

  /// Runs a kernel on the reference evaluator.
  private static void interpret(Task.Interpret task, LoadedPlan plan) {
    var buffers = task.kernel().buffers();
    var contents = new ArrayList<NdArray>();
    for (int i = 0; i < buffers.size(); i++) {
      var type = buffers.get(i).type();
      contents.add(NdArray.of(type, plan.segment(task.slots().get(i), type.bytes())));
    }
    var after = KernelInterpreter.run(task.kernel(), contents);
    for (int i : task.kernel().written()) {
      long bytes = buffers.get(i).type().bytes();
      after.get(i).copyTo(plan.segment(task.slots().get(i), bytes));
    }
  }
}
