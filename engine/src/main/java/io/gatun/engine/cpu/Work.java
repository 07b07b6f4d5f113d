package io.gatun.engine.cpu;

import io.gatun.engine.cpu.llvm.KernelCall;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One entry of a loaded plan's schedule, run to its end by [#run()].
sealed interface Work permits Work.Native, Work.Java, LoopWork {
  /// What the entry is, for profiles and messages.
  String name();

  void run();

  /// A compiled function over units, cut into chunks for the pool.
  record Native(
      String name,
      MemorySegment function,
      long table,
      long[] scratch,
      long units,
      long chunk,
      long parallelFrom,
      ThreadPool pool)
      implements Work, ThreadPool.Task {
    @Override
    public void run() {
      pool.run(this, units, chunk, parallelFrom);
    }

    @Override
    public void run(long begin, long end, int worker) {
      KernelCall.invoke(function, table, scratch[worker], begin, end);
    }

    @Override
    public void enter(int worker) {
      LoadedPlan.MEMORY.set(ValueLayout.JAVA_LONG, scratch[worker], Lowered.NOTHING_KEPT);
    }
  }

  /// A call into Java: a copy, or an operation on the reference evaluator.
  record Java(String name, Runnable body) implements Work {
    @Override
    public void run() {
      body.run();
    }
  }
}
