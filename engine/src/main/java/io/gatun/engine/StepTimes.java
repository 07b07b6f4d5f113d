package io.gatun.engine;

import io.gatun.graph.plan.Cost;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.PlanText;
import io.gatun.graph.plan.Step;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Adds up the time of each step over all runs.
public final class StepTimes implements StepObserver {
  private final Plan plan;
  private final long[] nanos;
  private final Map<Integer, StepTimes> bodies = new TreeMap<>();
  private long runs;
  private final long[] starts;

  /// Times of the steps of a plan.
  public StepTimes(Plan plan) {
    this.plan = plan;
    nanos = new long[plan.steps().size()];
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
    nanos[step] += System.nanoTime() - starts[step];
  }

  @Override
  public Optional<StepObserver> inside(int step) {
    return Optional.ofNullable(bodies.get(step));
  }

  /// A line for each step, below a loop those of its body: mean time, share, GFLOP/s, GB/s, and
  /// what it is.
  public String text() {
    if (runs == 0) return "no step was run or watched\n";
    long total = Arrays.stream(nanos).sum();
    var text = new StringBuilder();
    text.append(line("%,d runs, %.1f us each%n", runs, 1e-3 * total / runs));
    lines(text, "", runs, total);
    return text.toString();
  }

  /// The mean over runs of the whole plan, and shares of its time.
  private void lines(StringBuilder text, String indent, long wholeRuns, long total) {
    for (int i = 0; i < nanos.length; i++) {
      var cost = Cost.of(plan.steps().get(i));
      double nanosEach = Math.max(1, (double) nanos[i] / Math.max(1, runs));
      text.append(
          line(
              "%9.1f us %5.1f %% %8.1f GFLOP/s %7.1f GB/s  %s%s%n",
              1e-3 * nanos[i] / wholeRuns,
              100.0 * nanos[i] / Math.max(1, total),
              cost.flops() / nanosEach,
              cost.bytes() / nanosEach,
              indent,
              PlanText.stepLine(plan, i)));
      if (bodies.containsKey(i)) bodies.get(i).lines(text, indent + "    ", wholeRuns, total);
    }
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
