package io.gatun.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// What readers of figures must know of the machine.
public final class Machine {
  private Machine() {}

  /// Processor, their number, system.
  public static String text() {
    return "%s, %d processors, %s %s"
        .formatted(
            processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            System.getProperty("os.version"));
  }

  /// What else ran when the measurement began: other work flatters whoever shares it better.
  public static String load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load < 0 ? "" : String.format(Locale.ROOT, ", load average before %.1f", load);
  }

  private static String processor() {
    var file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) return System.getProperty("os.arch");
    try (var info = Files.lines(file)) {
      return info.filter(l -> l.startsWith("model name") || l.startsWith("model\t"))
          .limit(2)
          .map(l -> l.substring(l.indexOf(':') + 1).strip())
          .reduce((a, b) -> b + " (model " + a + ")")
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
