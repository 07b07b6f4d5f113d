package io.gatun.engine.profile;

import io.gatun.engine.Executable;
import io.gatun.engine.StepObserver;
import io.gatun.engine.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Where the time of a plan went: each step with its time, its rates and its part of the roofline.
///
/// @param runs that were watched
/// @param steps in the order of the plan
/// @param roofline of the machine, where it is known
public record PlanProfile(long runs, List<StepProfile> steps, Optional<Roofline> roofline) {
  private static final int MOST_SOURCES = 4;

  public PlanProfile {
    steps = List.copyOf(steps);
  }

  /// Runs an executable once unwatched, then some times under watch.
  ///
  /// @param others told of the steps too, inside of the times
  public static PlanProfile of(
      Executable executable,
      List<Tensor> inputs,
      List<Tensor> results,
      int runs,
      StepObserver... others) {
    var times = new StepTimes(executable.plan());
    var observers = new ArrayList<>(List.of(others));
    observers.add(times);
    var observer = StepObserver.all(observers);
    executable.run(inputs, results);
    for (int i = 0; i < runs; i++) executable.run(inputs, results, observer);
    return times.profile(executable.roofline());
  }

  /// Mean time of a run, in nanoseconds: the sum of its steps.
  public double nanos() {
    return steps.stream().mapToDouble(StepProfile::nanosOfRun).sum();
  }

  /// The part of a run's time that a step takes, 0 to 1.
  public double share(StepProfile step) {
    return step.nanosOfRun() / Math.max(1, nanos());
  }

  /// The steps that take most of the time, the slowest first.
  public PlanProfile slowest(int most) {
    var sorted = new ArrayList<>(steps);
    sorted.sort(Comparator.comparingDouble(StepProfile::nanosOfRun).reversed());
    return new PlanProfile(runs, sorted.subList(0, Math.min(most, sorted.size())), roofline);
  }

  /// A table with a line for each step, below a loop those of its body: time in a run of the plan,
  /// share, GFLOP/s, GB/s, part of the roofline, and what it is; below a step what it was made
  /// from.
  public String text() {
    if (steps.isEmpty()) return "no step was run or watched\n";
    return head() + table(nanos());
  }

  /// As [#text()], of the slowest steps alone.
  public String text(int most) {
    if (steps.size() <= most) return text();
    return head()
        + line("the slowest %d of %d steps:%n", most, steps.size())
        + slowest(most).table(nanos());
  }

  private String head() {
    var machine =
        roofline.map(
            r ->
                line(
                    "roofline: %.1f GFLOP/s, %.1f GB/s (%s, %d threads)%n",
                    r.gflops(), r.gigabytes(), r.machine(), r.threads()));
    return line("%,d runs, %.1f us each%n", runs, 1e-3 * nanos()) + machine.orElse("");
  }

  private String table(double total) {
    var text = new StringBuilder();
    lines(text, "", steps, Math.max(1, total));
    return text.toString();
  }

  private void lines(StringBuilder text, String indent, List<StepProfile> steps, double total) {
    for (var step : steps) {
      var part =
          roofline.map(
              r ->
                  line(
                      " %4.0f %% of %s",
                      100 * step.fraction(r), r.isComputeBound(step.cost()) ? "flops" : "bytes"));
      text.append(
          line(
              "%9.1f us %5.1f %% %8.1f GFLOP/s %7.1f GB/s%s  %s%s%n",
              1e-3 * step.nanosOfRun(),
              100 * step.nanosOfRun() / total,
              step.gflops(),
              step.gigabytes(),
              part.orElse(""),
              indent,
              step.what()));
      if (step.sources().stream().anyMatch(source -> !source.startsWith("%"))) {
        text.append(" ".repeat(20)).append(indent).append("from ").append(sources(step));
        text.append(System.lineSeparator());
      }
      lines(text, indent + "    ", step.body(), total);
    }
  }

  private static String sources(StepProfile step) {
    int more = step.sources().size() - MOST_SOURCES;
    return step.sources().stream().limit(MOST_SOURCES).collect(Collectors.joining(", "))
        + (more > 0 ? ", " + more + " more" : "");
  }

  /// The same as plain data, for JSON.
  public Map<String, Object> json() {
    var map = new LinkedHashMap<String, Object>();
    map.put("runs", runs);
    map.put("us", 1e-3 * nanos());
    roofline.ifPresent(
        r ->
            map.put(
                "roofline",
                Map.of(
                    "machine", r.machine(),
                    "threads", r.threads(),
                    "gflops", r.gflops(),
                    "gigabytes_per_second", r.gigabytes())));
    map.put("steps", steps.stream().map(step -> step.json(this)).toList());
    return map;
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
