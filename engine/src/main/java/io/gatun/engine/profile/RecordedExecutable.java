package io.gatun.engine.profile;

import io.gatun.engine.ConstantFiles;
import io.gatun.engine.Executable;
import io.gatun.engine.Signature;
import io.gatun.engine.StepObserver;
import io.gatun.engine.Tensor;
import io.gatun.graph.plan.Cost;
import io.gatun.graph.plan.Plan;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import jdk.jfr.FlightRecorder;

/// An executable whose runs are seen by Flight Recorder: a [RunEvent] for each run, and a
/// [StepEvent] for each step where these are enabled. Without a recording a run asks a flag more
/// and allocates nothing; before the first of a process Flight Recorder is not even loaded, which
/// takes a tenth of a second.
public final class RecordedExecutable implements Executable {
  private final String program;
  private final Executable recorded;

  /// Never begun: they know whether events of their kind are wanted, without an allocation.
  private record Wanted(RunEvent run, StepEvent step) {}

  private Optional<Wanted> wanted = Optional.empty();
  private Optional<StepEvents> steps = Optional.empty();
  private Optional<Cost> cost = Optional.empty();

  /// @param program its name in the events
  public RecordedExecutable(String program, Executable recorded) {
    this.program = program;
    this.recorded = recorded;
  }

  @Override
  public Plan plan() {
    return recorded.plan();
  }

  @Override
  public List<String> launches() {
    return recorded.launches();
  }

  @Override
  public Signature signature() {
    return recorded.signature();
  }

  @Override
  public long arenaBytes() {
    return recorded.arenaBytes();
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> results) {
    if (FlightRecorder.isInitialized()) watch(inputs, results);
    else recorded.run(inputs, results);
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> results, StepObserver observer) {
    recorded.run(inputs, results, observer);
  }

  @Override
  public Optional<List<MemorySegment>> image(ConstantFiles files) {
    return recorded.image(files);
  }

  @Override
  public Optional<Roofline> roofline() {
    return recorded.roofline();
  }

  private void watch(List<Tensor> inputs, List<Tensor> results) {
    if (wanted.isEmpty()) wanted = Optional.of(new Wanted(new RunEvent(), new StepEvent()));
    boolean isStepWanted = wanted.get().step().isEnabled();
    if (wanted.get().run().isEnabled() || isStepWanted) record(inputs, results, isStepWanted);
    else recorded.run(inputs, results);
  }

  private void record(List<Tensor> inputs, List<Tensor> results, boolean isStepWanted) {
    var event = new RunEvent();
    event.begin();
    if (isStepWanted) {
      if (steps.isEmpty()) steps = Optional.of(new StepEvents(program, plan()));
      recorded.run(inputs, results, steps.get());
    } else {
      recorded.run(inputs, results);
    }
    event.end();
    if (!event.shouldCommit()) return;
    if (cost.isEmpty()) cost = Optional.of(Cost.of(plan()));
    event.program = program;
    event.steps = plan().steps().size();
    event.flops = cost.get().flops();
    event.bytes = cost.get().bytes();
    event.commit();
  }

  @Override
  public void close() {
    recorded.close();
  }
}
