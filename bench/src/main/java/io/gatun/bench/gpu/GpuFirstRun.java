package io.gatun.bench.gpu;

import io.gatun.bindings.NativeLibraries;
import io.gatun.cuda.CudaException;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.cuda.driver.NativeCudaDriver;
import io.gatun.ptx.DeviceProfile;
import io.gatun.ptx.VirtualCudaDriver;
import io.gatun.ptx.VirtualDriverOptions;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The first run on a GPU: what it can do at most; every kernel of the catalogue and some graphs on
/// it and on the virtual GPU, whose results must agree; and their times, with and without cuBLASLt
/// and cuDNN, beside the ceilings that were measured.
///
/// `bench/gpu-first-run [--dry] [WORKLOAD...]`; `--dry` puts the virtual GPU in the place of the
/// hardware, to try the command itself where there is none: its times then say nothing.
public final class GpuFirstRun {
  private final PrintStream out;
  private final boolean dry;
  private final List<String> wrong = new ArrayList<>();

  /// @param out where the tables go
  GpuFirstRun(PrintStream out, boolean dry) {
    this.out = out;
    this.dry = dry;
  }

  /// See the class.
  public static void main(String[] arguments) {
    var names = Arrays.stream(arguments).filter(a -> !a.equals("--dry")).toList();
    boolean dry = names.size() < arguments.length;
    var run = new GpuFirstRun(System.out, dry);
    try {
      var ceilings = run.kernels(Integer.MAX_VALUE);
      run.workloads(
          names.isEmpty() ? GpuWorkloads.names(dry) : names, GpuWorkloads.names(true), ceilings);
    } catch (EngineException | CudaException | IllegalArgumentException e) {
      System.err.println("gpu-first-run: " + e.getMessage());
      System.exit(1);
    }
    if (!run.wrong.isEmpty()) {
      System.err.println("gpu-first-run: not the virtual GPU's results: " + run.wrong);
      System.exit(1);
    }
    System.out.println("\nAll results agree with the virtual GPU's.");
  }

  private String device() {
    return dry ? "virtual" : "cuda";
  }

  private Side open() {
    return new Side(dry ? virtual() : NativeCudaDriver.open());
  }

  private static VirtualCudaDriver virtual() {
    return new VirtualCudaDriver(VirtualDriverOptions.of(DeviceProfile.A100));
  }

  /// Kernels and graphs whose results differ from the virtual GPU's.
  List<String> wrong() {
    return wrong;
  }

  /// Prints the table of the catalogue, of `most` of its kernels.
  ///
  /// @return the ceilings that it measured
  Ceilings kernels(int most) {
    try (var there = open();
        var virtual = new Side(virtual())) {
      out.printf(
          "%s, %s%s%n%n",
          there.properties().name(),
          there.architecture(),
          dry ? " (dry run: no hardware, times are the virtual GPU's and say nothing)" : "");
      var ceilings = Ceilings.measure(there, dry);
      out.println("Measured ceilings: " + ceilings + "\n");
      var replay = new CatalogueReplay(there, virtual, ceilings, dry);
      out.print(CatalogueReplay.Row.HEADER);
      for (var kernel : replay.kernels().stream().limit(most).toList()) {
        try {
          var row = replay.row(kernel);
          out.print(row.text(replay.bytes(kernel)));
          if (!row.agrees()) wrong.add(kernel.name());
        } catch (CudaException | IllegalArgumentException e) {
          out.printf("| %s | %s | | | |%n", kernel.name(), e.getMessage());
          wrong.add(kernel.name());
        }
      }
      return ceilings;
    }
  }

  /// Prints the table of graphs.
  ///
  /// @param timed their names
  /// @param compared names of those whose results the virtual GPU checks
  void workloads(List<String> timed, List<String> compared, Ceilings ceilings) {
    out.println();
    try (var there = Devices.open(device());
        var virtual = Devices.open("virtual")) {
      for (var name : compared) {
        double difference = WorkloadReplay.difference(name, there, virtual);
        if (difference > 1) wrong.add(name);
        out.printf(Locale.ROOT, "%s: %.0f %% of the allowed difference%n", name, 100 * difference);
      }
      var own = BenchmarkRun.microseconds(device(), timed, false, dry);
      var libraries =
          !dry && hasLibraries()
              ? BenchmarkRun.microseconds(device(), timed, true, false)
              : Map.<String, Double>of();
      out.print("\n" + WorkloadReplay.HEADER);
      for (var name : timed) {
        out.print(WorkloadReplay.row(name, there, ceilings, own, libraries));
      }
    }
  }

  private static boolean hasLibraries() {
    return NativeLibraries.isAvailable("cublaslt") || NativeLibraries.isAvailable("cudnn");
  }
}
