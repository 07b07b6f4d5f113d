package io.gatun.engine.profile;

import io.gatun.engine.Executable;
import io.gatun.engine.StepObserver;
import io.gatun.engine.Tensor;
import io.gatun.graph.plan.Cost;
import io.gatun.graph.plan.Plan;
import java.util.List;
import java.util.Optional;

/// An executable whose runs are seen by Flight Recorder: a [RunEvent] for each run, and a
/// [StepEvent] for each step where these are enabled. Without a recording a run asks two flags more
/// and allocates nothing.
public final class RecordedExecutable implements Executable {
  private final String program;
  private final Executable recorded;

  // Never begun: they know whether events of their kind are wanted, without an allocation.
  private final RunEvent anyRun = new RunEvent();
  private final StepEvent anyStep = new StepEvent();

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
  public void run(List<Tensor> inputs, List<Tensor> results) {
    if (anyRun.isEnabled() || anyStep.isEnabled()) record(inputs, results);
    else recorded.run(inputs, results);
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> results, StepObserver observer) {
    recorded.run(inputs, results, observer);
  }

  @Override
  public Optional<Roofline> roofline() {
    return recorded.roofline();
  }

  private void record(List<Tensor> inputs, List<Tensor> results) {
    var event = new RunEvent();
    event.begin();
    if (anyStep.isEnabled()) {
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
