package io.gatun.engine.cpu;

import io.gatun.engine.Device;
import io.gatun.engine.EngineException;
import io.gatun.engine.Executable;
import io.gatun.engine.PlanImages;
import io.gatun.engine.memory.SharedConstants;
import io.gatun.engine.profile.Roofline;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.target.Target;
import java.util.Optional;

/// The CPU device: every kernel is generated, compiled by LLVM for this machine and run by one pool
/// of threads.
public final class CpuDevice implements Device {
  private final ThreadPool pool;
  private final SharedConstants constants = new SharedConstants();

  /// A device with the number of threads that `GATUN_THREADS` says, else one for each processor.
  public CpuDevice() {
    this(ThreadPool.standard());
  }

  /// A device that works on the threads of `pool` and closes it in the end.
  public CpuDevice(ThreadPool pool) {
    this.pool = pool;
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Target target() {
    return Target.cpu();
  }

  /// Threads that work at most at once.
  public int threads() {
    return pool.threads();
  }

  /// What its plans have packed.
  SharedConstants constants() {
    return constants;
  }

  /// What this machine can do at most with the threads of this device: measured in about a second
  /// when it is first asked for, then taken from the cache folder.
  ///
  /// @param again to measure in any case; the best that was ever measured counts
  public Roofline roofline(boolean again) {
    return new MachinePeaks(pool).roofline(again);
  }

  @Override
  public Executable load(Plan plan) {
    if (!plan.target().equals(target())) {
      throw new EngineException(
          "load: the plan is for target \"%s\", not \"cpu\"; compile it with device.target()"
              .formatted(plan.target().name()));
    }
    return CpuLoader.load(plan, pool, constants);
  }

  @Override
  public Optional<PlanImages> images() {
    return Optional.of(new CpuImages(pool, constants));
  }

  @Override
  public String source(Plan plan) {
    return CpuLoader.source(plan);
  }

  @Override
  public void close() {
    pool.close();
  }
}
