package io.gatun.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// The resident memory of this process, in bytes, where the system tells it: on Linux (proc(5)).
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /// What is resident now.
  public static OptionalLong resident() {
    return field("VmRSS:");
  }

  /// The most that has been resident.
  public static OptionalLong peak() {
    return field("VmHWM:");
  }

  /// What is resident now of files that are mapped: libraries, weights.
  public static OptionalLong mappedFiles() {
    return field("RssFile:");
  }

  private static OptionalLong field(String name) {
    if (!Files.isReadable(STATUS)) return OptionalLong.empty();
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException unreadable) {
      return OptionalLong.empty();
    }
  }
}
