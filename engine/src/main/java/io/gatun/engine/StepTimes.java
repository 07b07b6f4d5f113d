package io.gatun.engine;

import io.gatun.graph.plan.Cost;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.plan.PlanText;
import java.util.Arrays;
import java.util.Locale;

/// Adds up the time of each step over all runs.
final class StepTimes implements StepObserver {
  private final Plan plan;
  private final long[] nanos;
  private long runs;
  private long start;

  StepTimes(Plan plan) {
    this.plan = plan;
    nanos = new long[plan.steps().size()];
  }

  @Override
  public void before(int step, Memory memory) {
    if (step == 0) runs++;
    start = System.nanoTime();
  }

  @Override
  public void after(int step, Memory memory) {
    nanos[step] += System.nanoTime() - start;
  }

  /// A line for each step: mean time, share, GFLOP/s, GB/s, and what it is.
  String text() {
    if (runs == 0) return "no step was run or watched\n";
    long total = Arrays.stream(nanos).sum();
    var text = new StringBuilder();
    text.append(line("%,d runs, %.1f us each%n", runs, 1e-3 * total / runs));
    for (int i = 0; i < nanos.length; i++) {
      var cost = Cost.of(plan.steps().get(i));
      double each = Math.max(1, (double) nanos[i] / runs);
      text.append(
          line(
              "%9.1f us %5.1f %% %8.1f GFLOP/s %7.1f GB/s  %s%n",
              1e-3 * each,
              100.0 * nanos[i] / Math.max(1, total),
              cost.flops() / each,
              cost.bytes() / each,
              PlanText.stepLine(plan, i)));
    }
    return text.toString();
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
