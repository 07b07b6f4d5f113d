package io.gatun.engine.profile;

import io.gatun.engine.StepObserver;
import io.gatun.graph.plan.Cost;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Commits a [StepEvent] for each step that it is told of.
final class StepEvents implements StepObserver {
  /// What the events of a step say.
  private record Facts(
      String step, String operations, String sources, Cost cost, Optional<StepObserver> body) {}

  private final String program;
  private final List<Facts> facts = new ArrayList<>();
  private final StepEvent[] begun;

  StepEvents(String program, Plan plan) {
    this(program, plan, "");
  }

  private StepEvents(String program, Plan plan, String prefix) {
    this.program = program;
    begun = new StepEvent[plan.steps().size()];
    for (int i = 0; i < begun.length; i++) {
      var step = plan.steps().get(i);
      facts.add(
          new Facts(
              prefix + i,
              String.join(" ", StepOrigin.operations(step)),
              String.join(" ", StepOrigin.sources(step)),
              Cost.of(step),
              body(program, step, prefix + i + ".")));
    }
  }

  private static Optional<StepObserver> body(String program, Step step, String prefix) {
    return step instanceof Step.Loop loop
        ? Optional.of(new StepEvents(program, loop.body(), prefix))
        : Optional.empty();
  }

  @Override
  public void before(int step, Memory memory) {
    begun[step] = new StepEvent();
    begun[step].begin();
  }

  @Override
  public Optional<StepObserver> inside(int step) {
    return facts.get(step).body();
  }

  @Override
  public void after(int step, Memory memory) {
    var event = begun[step];
    event.end();
    if (!event.shouldCommit()) return;
    var told = facts.get(step);
    event.program = program;
    event.step = told.step();
    event.operations = told.operations();
    event.sources = told.sources();
    event.flops = told.cost().flops();
    event.bytes = told.cost().bytes();
    event.commit();
  }
}
