package io.gatun.engine.cpu;

import io.gatun.engine.Arguments;
import io.gatun.engine.ConstantFiles;
import io.gatun.engine.EngineException;
import io.gatun.engine.Executable;
import io.gatun.engine.Signature;
import io.gatun.engine.StepObserver;
import io.gatun.engine.Tensor;
import io.gatun.engine.profile.Roofline;
import io.gatun.graph.plan.Plan;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A plan on the CPU: compiled kernels, one arena, and tables of addresses. A run writes the
/// caller's addresses into the plan's table and walks the schedule; it allocates nothing.
final class CpuExecutable implements Executable {
  private final CpuProgram program;
  private final Supplier<Plan> plan;
  private final LoadedPlan loaded;
  private final Arguments arguments;
  private final CompiledCode code;
  private final Runnable release;
  private final ThreadPool pool;
  private boolean closed;

  /// @param release gives back code and memory
  CpuExecutable(
      CpuProgram program,
      Supplier<Plan> plan,
      LoadedPlan loaded,
      CompiledCode code,
      Runnable release,
      ThreadPool pool) {
    this.program = program;
    this.plan = plan;
    this.loaded = loaded;
    this.arguments = new Arguments(program.signature());
    this.code = code;
    this.release = release;
    this.pool = pool;
  }

  @Override
  public Plan plan() {
    return plan.get();
  }

  @Override
  public Signature signature() {
    return program.signature();
  }

  @Override
  public long arenaBytes() {
    return program.arenaBytes();
  }

  @Override
  public Optional<List<MemorySegment>> image(ConstantFiles files) {
    return code.objects().flatMap(objects -> ImageWriter.write(program, objects, files));
  }

  /// The entries of the schedule, in order.
  List<Work> schedule() {
    return loaded.schedule();
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> results) {
    bind(inputs, results);
    loaded.run();
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> results, StepObserver observer) {
    bind(inputs, results);
    loaded.run(observer);
  }

  @Override
  public Optional<Roofline> roofline() {
    return Optional.of(new MachinePeaks(pool).roofline(false));
  }

  /// Checks the tensors and writes their addresses into the table.
  void bind(List<Tensor> inputs, List<Tensor> results) {
    if (closed) throw new EngineException("run: the executable is closed");
    arguments.check(inputs, results);
    int slot = 0;
    for (int i = 0; i < inputs.size(); i++) loaded.bind(slot++, address(inputs.get(i)));
    for (int i = 0; i < results.size(); i++) loaded.bind(slot++, address(results.get(i)));
  }

  private static long address(Tensor tensor) {
    return tensor.data().address();
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    release.run();
  }
}
