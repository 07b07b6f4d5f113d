package io.gatun.engine.example;

import io.gatun.engine.ProcessMemory;
import io.gatun.engine.cli.Json;
import io.gatun.engine.train.Epoch;
import io.gatun.engine.train.History;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The figures of an example, some with a goal.
public final class Report {
  /// A figure that must be on one side of a bound.
  private record Goal(String name, double value, double bound, boolean atLeast) {
    boolean reached() {
      return atLeast ? value >= bound : value <= bound;
    }

    String text() {
      return String.format(
          Locale.ROOT,
          "%s: %.4f, goal %s %s: %s",
          name,
          value,
          atLeast ? "at least" : "at most",
          number(bound),
          reached() ? "reached" : "MISSED");
    }
  }

  private static final int MOST_SHOWN = 30;
  private static final int SHOWN = 3;

  /// Smaller numbers are shown with an exponent where it needs one.
  private static final double LEAST_PLAIN = 1e-3;

  private final boolean quick;
  private final boolean strict;
  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final List<Goal> goals = new ArrayList<>();

  /// @param strict whether a goal that is missed is a failure
  Report(boolean quick, boolean strict) {
    this.quick = quick;
    this.strict = strict;
  }

  /// A figure without a goal: a number, text or list of these.
  public void figure(String name, Object value) {
    figures.put(name, value);
  }

  /// A figure that must reach `bound`, or in a quick run `quickBound`.
  public void atLeast(String name, double value, double bound, double quickBound) {
    goal(new Goal(name, value, quick ? quickBound : bound, true));
  }

  /// A figure that must not exceed `bound`, or in a quick run `quickBound`.
  public void atMost(String name, double value, double bound, double quickBound) {
    goal(new Goal(name, value, quick ? quickBound : bound, false));
  }

  private void goal(Goal goal) {
    figures.put(goal.name, goal.value);
    goals.add(goal);
  }

  boolean reached() {
    return goals.stream().allMatch(Goal::reached);
  }

  boolean failed() {
    return strict && !reached();
  }

  /// What a training run took: time and loss of its epochs, waiting, memory.
  void training(History history, long plannedBytes) {
    var epochs = history.epochs();
    if (!epochs.isEmpty()) figure("training loss", history.last().results().loss());
    figure("epoch seconds", epochs.stream().map(Epoch::seconds).toList());
    figure("epoch losses", epochs.stream().map(e -> e.results().loss()).toList());
    figure("waiting for data", epochs.stream().map(Epoch::waiting).toList());
    figure("planned megabytes", plannedBytes * 1e-6);
    ProcessMemory.peak().ifPresent(bytes -> figure("peak megabytes", bytes * 1e-6));
  }

  /// Lines for people: the figures, then the goals.
  String text() {
    var text = new StringBuilder();
    figures.forEach(
        (name, value) -> {
          if (goals.stream().noneMatch(g -> g.name.equals(name))) {
            text.append(name).append(": ").append(shown(value)).append('\n');
          }
        });
    for (var goal : goals) text.append(goal.text()).append('\n');
    return text.toString();
  }

  private static String shown(Object value) {
    return switch (value) {
      case Double small when small != 0 && Math.abs(small) < LEAST_PLAIN ->
          String.format(Locale.ROOT, "%.2g", small);
      case Double number -> number(number);
      case List<?> list when list.size() > MOST_SHOWN ->
          "%s, ... %s".formatted(shown(list.subList(0, SHOWN)), item(list.getLast()));
      case List<?> list -> list.stream().map(Report::item).collect(Collectors.joining(", "));
      default -> value.toString();
    };
  }

  private static String item(Object value) {
    return value instanceof Double number ? number(number) : shown(value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value).replaceAll("\\.?0+$", "");
  }

  String json() {
    var all = new LinkedHashMap<String, Object>();
    figures.forEach((name, value) -> all.put(name.replace(' ', '_'), value));
    all.put("reached", reached());
    return Json.text(all);
  }
}
