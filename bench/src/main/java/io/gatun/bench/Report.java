package io.gatun.bench;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/// A Markdown table of comparisons, with what a reader must know to repeat them.
final class Report {
  private final List<String> lines = new ArrayList<>();

  Report(String command, int threads, String device, Interleaved measurement, List<String> peers) {
    lines.add("### %d thread%s, %s".formatted(threads, threads == 1 ? "" : "s", LocalDate.now()));
    lines.add("");
    lines.add("- command: `%s`".formatted(command));
    lines.add("- machine: %s%s".formatted(Machine.text(), Machine.load()));
    lines.add(
        "- Gatun: device `%s`, JDK %s (%s)"
            .formatted(
                device, Runtime.version(), System.getProperty("java.vm.vendor").split(" ")[0]));
    for (String peer : peers) lines.add("- " + peer);
    lines.add("- " + measurement.text());
    lines.add("");
    lines.add(
        "| workload | peer | Gatun, µs | peer, µs | ratio of medians | 10-90 % of pairs | least |"
            + " of fastest | goal | |");
    lines.add("|---|---|---:|---:|---:|---:|---:|---:|---:|---|");
  }

  /// Adds a line and returns it.
  String add(Workload workload, String peer, Comparison times, OptionalDouble goal) {
    var line =
        String.format(
            Locale.ROOT,
            "| %s | %s | %s | %s | **%.3f** | %.2f-%.2f | %.2f | %.3f | %s | %s |",
            workload.name(),
            peer,
            micros(times.medianOfA()),
            micros(times.medianOfB()),
            times.ratio(),
            times.ratio(0.1),
            times.ratio(0.9),
            times.ratio(0),
            times.ratioOfFastest(),
            goal.isPresent() ? String.format(Locale.ROOT, "≤ %.2f", goal.getAsDouble()) : "",
            goal.isEmpty() ? "" : times.ratio() <= goal.getAsDouble() ? "met" : "missed");
    lines.add(line);
    return line;
  }

  private static String micros(double nanos) {
    double micros = nanos / 1000;
    return String.format(
        Locale.ROOT, micros < 10 ? "%.3f" : micros < 1000 ? "%.1f" : "%.0f", micros);
  }

  String text() {
    return String.join("\n", lines) + "\n";
  }
}
