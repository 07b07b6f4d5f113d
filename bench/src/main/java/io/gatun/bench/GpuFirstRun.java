package io.gatun.bench;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.engine.cuda.CudaDevice;
import io.gatun.graph.plan.Cost;
import io.gatun.graph.tensor.Elements;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The first run on a GPU: each workload on the hardware and on the virtual GPU, the difference of
/// their results, and the time on the hardware beside the least that its published rates allow.
///
/// `bench/gpu-first-run [--dry] [NAME...]`; `--dry` puts the virtual GPU in the place of the
/// hardware, to try the command itself where there is none: its times then say nothing.
public final class GpuFirstRun {
  private static final int WARM_UP = 3;
  private static final int RUNS = 30;
  private static final double TOLERANCE = 1e-3;

  /// Workloads that the virtual GPU runs in seconds.
  private static final List<String> SMALL =
      List.of("mlp-32", "gelu-16384", "dense-32x784x128", "dense-1x768x3072", "add-16");

  private GpuFirstRun() {}

  /// See the class.
  public static void main(String[] arguments) {
    var names = Arrays.stream(arguments).filter(a -> !a.equals("--dry")).toList();
    boolean dry = names.size() < arguments.length;
    var workloads = (names.isEmpty() ? SMALL : names).stream().map(Workloads::named).toList();
    boolean same = true;
    try (var gpu = Devices.open(dry ? "virtual" : "cuda");
        var virtual = Devices.open("virtual")) {
      var properties = ((CudaDevice) gpu).properties();
      System.out.printf(
          Locale.ROOT,
          "%s, %s%s%n",
          properties.name(),
          properties.architecture(),
          dry ? " (dry run: no hardware, times are the virtual GPU's on this machine)" : "");
      System.out.println("| workload | greatest difference | us, median | fraction of bandwidth |");
      System.out.println("|---|---:|---:|---:|");
      for (var workload : workloads) same &= row(workload, gpu, virtual, dry ? 2 : RUNS);
    } catch (EngineException e) {
      System.err.println("gpu-first-run: " + e.getMessage());
      System.exit(1);
    }
    if (!same) {
      System.err.printf("gpu-first-run: results differ by more than %s%n", TOLERANCE);
      System.exit(1);
    }
  }

  private static boolean row(Workload workload, Device gpu, Device virtual, int runs) {
    try (var there = new BoundGraph(gpu, workload.graph());
        var here = new BoundGraph(virtual, workload.graph())) {
      there.run();
      here.run();
      double difference = difference(there.results(), here.results());
      double[] seconds = seconds(there, runs);
      double bandwidth = bandwidth((CudaDevice) gpu);
      System.out.printf(
          Locale.ROOT,
          "| %s | %.1e | %.1f | %.0f %% |%n",
          workload.name(),
          difference,
          1e6 * seconds[runs / 2],
          100 * Cost.of(there.plan()).bytes() / seconds[runs / 2] / bandwidth);
      return difference <= TOLERANCE;
    }
  }

  private static double[] seconds(BoundGraph graph, int runs) {
    for (int i = 0; i < Math.min(WARM_UP, runs); i++) graph.run();
    double[] seconds = new double[runs];
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      graph.run();
      seconds[i] = 1e-9 * (System.nanoTime() - start);
    }
    Arrays.sort(seconds);
    return seconds;
  }

  /// Bytes a second between GPU and its memory, by clock and width; two transfers a clock.
  private static double bandwidth(CudaDevice gpu) {
    var properties = gpu.properties();
    return 2.0 * 1000 * properties.memoryClock() * properties.memoryBusBits() / 8;
  }

  /// Of all elements, relative to the greatest of its tensor.
  private static double difference(List<Tensor> there, List<Tensor> here) {
    double difference = 0;
    for (int i = 0; i < there.size(); i++) {
      var type = here.get(i).type();
      double scale = 1e-30;
      double most = 0;
      for (long e = 0; e < type.size(); e++) {
        double a = Elements.getDouble(there.get(i).data(), type.dtype(), e);
        double b = Elements.getDouble(here.get(i).data(), type.dtype(), e);
        if (Double.isNaN(a) != Double.isNaN(b)) return Double.POSITIVE_INFINITY;
        scale = Math.max(scale, Math.abs(b));
        if (!Double.isNaN(a)) most = Math.max(most, Math.abs(a - b));
      }
      difference = Math.max(difference, most / scale);
    }
    return difference;
  }
}
