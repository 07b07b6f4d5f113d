package io.gatun.bench.gpu;

import io.gatun.engine.EngineException;
import io.gatun.engine.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs [GpuBenchmark] by JMH in a process of its own, since whether the libraries take part is a
/// setting of the environment.
final class BenchmarkRun {
  private BenchmarkRun() {}

  /// Microseconds of each workload.
  ///
  /// @param small once each, without a warm-up
  static Map<String, Double> microseconds(
      String device, List<String> workloads, boolean libraries, boolean small) {
    try {
      var results = Files.createTempFile("gatun-gpu", ".csv");
      var log = Files.createTempFile("gatun-gpu", ".log");
      var process = new ProcessBuilder(command(device, workloads, results.toString(), small));
      process.environment().put(Setting.LIBRARIES.variable(), libraries ? "on" : "off");
      int code = process.redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
      var times = parse(Files.readAllLines(results));
      if (code != 0 || times.size() < workloads.size()) {
        throw new EngineException(
            "the benchmarks of %s ended with %d; they measured %s:\n%s"
                .formatted(device, code, times.keySet(), Files.readString(log)));
      }
      Files.delete(results);
      Files.delete(log);
      return times;
    } catch (IOException e) {
      throw new UncheckedIOException("the benchmarks of " + device, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("interrupted while the benchmarks of " + device + " ran", e);
    }
  }

  private static List<String> command(
      String device, List<String> workloads, String results, boolean small) {
    var command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jmh.Main",
                GpuBenchmark.class.getName(),
                "-p",
                "device=" + device,
                "-p",
                "workload=" + String.join(",", workloads),
                "-rf",
                "csv",
                "-rff",
                results,
                "-foe",
                "true"));
    if (small) command.addAll(List.of("-f", "0", "-wi", "0", "-i", "1", "-bm", "ss"));
    return command;
  }

  /// The scores in JMH's table, by workload.
  static Map<String, Double> parse(List<String> lines) {
    var times = new LinkedHashMap<String, Double>();
    if (lines.isEmpty()) return times;
    var columns = Arrays.asList(cells(lines.getFirst()));
    int score = columns.indexOf("Score");
    int workload = columns.indexOf("Param: workload");
    for (String line : lines.subList(1, lines.size())) {
      var cells = cells(line);
      times.put(cells[workload], Double.parseDouble(cells[score]));
    }
    return times;
  }

  private static String[] cells(String line) {
    return line.replace("\"", "").split(",");
  }
}
