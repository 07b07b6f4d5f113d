package io.gatun.bench;

import io.gatun.engine.Devices;
import io.gatun.engine.ProcessMemory;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Runs a workload very often and prints what a run costs in the long run: its time, the bytes that
/// it allocates on the heap, and the memory of the process from beginning to end.
@Command(
    name = "steady",
    mixinStandardHelpOptions = true,
    description = "Repeats a workload; prints time, allocation and memory of the process.")
public final class Steady implements Callable<Integer> {
  private static final int CHECKPOINTS = 10;

  @Parameters(arity = "0..1", description = "a workload (default ${DEFAULT-VALUE})")
  private String name = "mlp-32";

  @Option(names = "--runs", description = "runs (default ${DEFAULT-VALUE})")
  private int runs = 100_000;

  @Option(names = "--warm-up", description = "runs before (default ${DEFAULT-VALUE})")
  private int warmUp = 20_000;

  @Option(names = "--device", description = "Gatun's device (default ${DEFAULT-VALUE})")
  private String deviceName = "cpu";

  private Steady() {}

  /// Runs the command.
  public static void main(String... arguments) {
    System.exit(new CommandLine(new Steady()).execute(arguments));
  }

  @Override
  public Integer call() {
    try (var device = Devices.open(deviceName);
        var graph = new BoundGraph(device, Workloads.named(name).graph())) {
      System.out.printf(
          "%s on %s: arena of the plan %,d bytes, %d launches%n",
          name, deviceName, graph.plan().memory().arenaBytes(), graph.plan().groups().size());
      for (int i = 0; i < warmUp; i++) graph.run();
      var resident = new ArrayList<Long>();
      long allocated = 0;
      long nanos = 0;
      for (int part = 0; part < CHECKPOINTS; part++) {
        resident.add(residentKilobytes());
        long bytes = allocatedBytes();
        long start = System.nanoTime();
        for (int i = 0; i < runs / CHECKPOINTS; i++) graph.run();
        nanos += System.nanoTime() - start;
        allocated += allocatedBytes() - bytes;
      }
      resident.add(residentKilobytes());
      double done = runs / CHECKPOINTS * (double) CHECKPOINTS;
      System.out.printf(Locale.ROOT, "time of a run: %.0f ns%n", nanos / done);
      System.out.printf(Locale.ROOT, "allocated by a run: %.3f bytes%n", allocated / done);
      System.out.println("resident memory at each tenth, kB: " + resident);
      return 0;
    }
  }

  /// Bytes that all threads have allocated on the heap.
  private static long allocatedBytes() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getTotalThreadAllocatedBytes();
  }

  private static long residentKilobytes() {
    return ProcessMemory.resident().orElseThrow() / 1024;
  }
}
