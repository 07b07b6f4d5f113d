package io.gatun.bench;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.graph.plan.Compiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Times the way from a graph to an executable in this process: first with no compiled object on
/// disk, then with the objects that the first time left there. The library that compiles is
/// unpacked and opened before, by another graph.
@Command(
    name = "compile",
    mixinStandardHelpOptions = true,
    description = "Times compiling a workload, cold and from the disk cache.")
public final class CompileTime implements Callable<Integer> {
  @Parameters(arity = "0..1", description = "a workload (default ${DEFAULT-VALUE})")
  private String name = "mlp-32";

  @Option(names = "--times", description = "how often (default ${DEFAULT-VALUE})")
  private int times = 5;

  @Option(names = "--device", description = "Gatun's device (default ${DEFAULT-VALUE})")
  private String deviceName = "cpu";

  @Option(
      names = "--keep",
      description = "keep the objects of an earlier process: what a second start costs")
  private boolean keep;

  private CompileTime() {}

  /// Runs the command with a cache of its own: the system property `gatun.cache`.
  public static void main(String... arguments) {
    System.exit(new CommandLine(new CompileTime()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    var cache = System.getProperty("gatun.cache");
    if (cache == null) {
      System.err.println("compile: name a cache folder of its own with -Dgatun.cache=...");
      return 2;
    }
    var objects = Path.of(cache).resolve("objects");
    try (var device = Devices.open(deviceName)) {
      time(device, "add-16");
      for (int i = 0; i < times; i++) {
        if (!keep) empty(objects);
        System.out.printf("%2d: %s%n", i + 1, keep ? "from the disk cache" : "no object on disk");
        time(device, name);
        if (!keep) {
          System.out.printf("%2d: from the disk cache%n", i + 1);
          time(device, name);
        }
      }
    }
    return 0;
  }

  private static void time(Device device, String name) {
    var graph = Workloads.named(name).graph();
    long start = System.nanoTime();
    var plan = Compiler.compile(graph, device.target());
    long planned = System.nanoTime();
    try (var _ = device.load(plan)) {
      long loaded = System.nanoTime();
      System.out.printf(
          Locale.ROOT,
          "    %s: plan %.1f ms, kernels %.1f ms, together %.1f ms%n",
          name,
          (planned - start) / 1e6,
          (loaded - planned) / 1e6,
          (loaded - start) / 1e6);
    }
  }

  private static void empty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) return;
    try (var files = Files.list(folder)) {
      for (var file : files.filter(Files::isRegularFile).toList()) Files.delete(file);
    }
  }
}
