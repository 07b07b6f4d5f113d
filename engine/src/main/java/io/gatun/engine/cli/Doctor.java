package io.gatun.engine.cli;

import io.gatun.bindings.CacheDirectory;
import io.gatun.bindings.NativeLibraries;
import io.gatun.bindings.Resolution;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.Setting;
import io.gatun.engine.cpu.llvm.HostCpu;
import io.gatun.engine.cuda.CudaDevice;
import io.gatun.engine.cuda.driver.CudaReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Says what this machine offers to Gatun, and why something is not found.
@Command(
    name = "doctor",
    description = {
      "Shows what this machine offers, and why something is not found.",
      "",
      "Platform, JDK, native libraries, devices, CUDA, threads, caches, settings and programs."
          + " Fails only where the cpu device cannot work.",
      ""
    },
    footer = {"  gatun doctor", "  gatun doctor --verbose", "  gatun doctor --json", ""})
final class Doctor implements Callable<Integer> {
  @Option(
      names = "--verbose",
      description = "List every place where a native library was looked for.",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  private boolean verbose;

  @Mixin private JsonOption json;

  private final Console console;

  Doctor(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    var report = new LinkedHashMap<String, Map<String, Object>>();
    report.put("platform", platform());
    report.put("native libraries", natives());
    report.put("devices", devices());
    report.put("cuda", new LinkedHashMap<>(CudaReport.lines()));
    report.put("caches", caches());
    report.put("settings", settings());
    report.put("programs", programs());
    boolean healthy = NativeLibraries.isAvailable("llvm");
    if (json.wanted()) {
      var all = new LinkedHashMap<String, Object>(report);
      all.put("healthy", healthy);
      console.out().println(Json.text(all));
    } else {
      report.forEach(this::print);
      console.out().println(healthy ? "The cpu device works." : "The cpu device cannot work.");
    }
    return healthy ? 0 : 1;
  }

  private void print(String title, Map<String, Object> lines) {
    console.out().println(title);
    lines.forEach(
        (name, value) ->
            console
                .out()
                .printf(
                    "  %-18s %s%n", name, value.toString().replace("\n", "\n" + " ".repeat(21))));
  }

  private static Map<String, Object> platform() throws IOException {
    var runtime = Runtime.getRuntime();
    var lines = new LinkedHashMap<String, Object>();
    lines.put("gatun", Version.number());
    lines.put(
        "system", property("os.name") + " " + property("os.version") + ", " + property("os.arch"));
    lines.put("java", property("java.vm.name") + " " + property("java.runtime.version"));
    lines.put("java home", property("java.home"));
    lines.put("processors", runtime.availableProcessors());
    lines.put("java heap", Size.text(runtime.maxMemory()) + " at most");
    return lines;
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  private Map<String, Object> natives() {
    var lines = new LinkedHashMap<String, Object>();
    for (var name : NativeLibraries.names()) {
      Resolution resolution = NativeLibraries.resolve(name);
      var missing =
          "not found in %d places; %s".formatted(resolution.attempts().size(), resolution.cure());
      var text = resolution.chosen().orElse(missing);
      if (verbose) text = text + places(resolution);
      lines.put(name, text);
    }
    return lines;
  }

  private static String places(Resolution resolution) {
    return resolution.attempts().stream()
        .map(attempt -> "\n" + attempt.candidate() + ": " + attempt.outcome())
        .collect(Collectors.joining());
  }

  private static Map<String, Object> devices() {
    var lines = new LinkedHashMap<String, Object>();
    for (var name : Devices.names()) lines.put(name, device(name));
    return lines;
  }

  private static String device(String name) {
    try (var device = Devices.open(name)) {
      if (device instanceof CudaDevice gpu) return gpu(gpu);
      if (!device.name().equals("cpu")) return "ready; slow, for comparison";
      var cpu = HostCpu.current();
      return "%s threads, %s, vectors of %d bits"
          .formatted(threads(), cpu.name(), 8 * cpu.vectorBytes());
    } catch (EngineException | LinkageError | IllegalStateException e) {
      return "not usable: " + reason(e);
    }
  }

  private static String gpu(CudaDevice device) {
    var properties = device.properties();
    return "%s, %s, %,d MiB, %d multiprocessors"
        .formatted(
            properties.name(),
            properties.architecture(),
            properties.totalMemory() >> 20,
            properties.multiprocessors());
  }

  private static String threads() {
    var set = System.getenv(Setting.THREADS.variable());
    return set == null || set.isBlank()
        ? Integer.toString(Runtime.getRuntime().availableProcessors())
        : set.strip();
  }

  /// The first message of an error and its causes: that of a class that cannot start has none.
  private static String reason(Throwable error) {
    var at = error;
    while (at.getMessage() == null && at.getCause() != null) at = at.getCause();
    return at.getMessage() == null ? error.toString() : at.getMessage();
  }

  private static Map<String, Object> caches() {
    var lines = new LinkedHashMap<String, Object>();
    try {
      var cache = CacheDirectory.user();
      lines.put("folder", cache.root() + cache.note().map(note -> "\n" + note).orElse(""));
      try (var folders = Files.list(cache.root())) {
        for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
          lines.put(folder.getFileName().toString(), Size.text(Size.of(folder)));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      lines.put("not usable", e.getMessage());
    }
    return lines;
  }

  private static Map<String, Object> settings() {
    var lines = new LinkedHashMap<String, Object>();
    for (var setting : Setting.values()) {
      var value = System.getenv(setting.variable());
      lines.put(setting.variable(), value == null ? "not set: " + setting.meaning() : value);
    }
    return lines;
  }

  private static Map<String, Object> programs() {
    var path = System.getenv().getOrDefault("PATH", "");
    var lines = new LinkedHashMap<String, Object>();
    lines.put(
        "npm", program(path, "npm", "not found; only MNIST has a mirror, other data needs it"));
    lines.put("mvn", program(path, "mvn", "not found; needed to build Gatun"));
    lines.put("nvcc", program(path, "nvcc", "not found; needed only to build CUDA kernels"));
    return lines;
  }

  private static String program(String path, String name, String otherwise) {
    for (var folder : path.split(java.io.File.pathSeparator)) {
      Path file = Path.of(folder, name);
      if (!folder.isEmpty() && Files.isExecutable(file)) return file.toString();
    }
    return otherwise;
  }
}
