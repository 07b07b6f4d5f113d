package io.gatun.engine.profile;

import io.gatun.engine.StepObserver;
import io.gatun.graph.plan.Cost;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.PlanText;
import io.gatun.graph.plan.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Adds up the time of each step over all runs.
public final class StepTimes implements StepObserver {
  private final Plan plan;
  private final long[] nanos;
  private final long[] least;
  private final Map<Integer, StepTimes> bodies = new TreeMap<>();
  private long runs;
  private final long[] starts;

  /// Times of the steps of a plan.
  public StepTimes(Plan plan) {
    this.plan = plan;
    nanos = new long[plan.steps().size()];
    least = new long[nanos.length];
    Arrays.fill(least, Long.MAX_VALUE);
    starts = new long[nanos.length];
    for (int i = 0; i < nanos.length; i++) {
      if (plan.steps().get(i) instanceof Step.Loop loop) bodies.put(i, new StepTimes(loop.body()));
    }
  }

  @Override
  public void before(int step, Memory memory) {
    if (step == 0) runs++;
    starts[step] = System.nanoTime();
  }

  @Override
  public void after(int step, Memory memory) {
    long time = System.nanoTime() - starts[step];
    nanos[step] += time;
    least[step] = Math.min(least[step], time);
  }

  @Override
  public Optional<StepObserver> inside(int step) {
    return Optional.ofNullable(bodies.get(step));
  }

  /// What the steps took, against the roofline of the machine where that is known. Without steps
  /// where none was run or watched.
  public PlanProfile profile(Optional<Roofline> roofline) {
    return new PlanProfile(runs, runs == 0 ? List.of() : steps(runs), roofline);
  }

  private List<StepProfile> steps(long wholeRuns) {
    var steps = new ArrayList<StepProfile>();
    for (int i = 0; i < nanos.length; i++) {
      var step = plan.steps().get(i);
      var body = Optional.ofNullable(bodies.get(i));
      steps.add(
          new StepProfile(
              i,
              PlanText.stepLine(plan, i),
              (double) runs / wholeRuns,
              Math.max(1, (double) nanos[i] / Math.max(1, runs)),
              runs == 0 ? 0 : least[i],
              Cost.of(step),
              StepOrigin.operations(step),
              StepOrigin.sources(step),
              body.map(b -> b.steps(wholeRuns)).orElse(List.of())));
    }
    return steps;
  }
}
