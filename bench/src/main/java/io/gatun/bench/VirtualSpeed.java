package io.gatun.bench;

import io.gatun.cuda.LaunchGeometry;
import io.gatun.engine.EngineException;
import io.gatun.kernels.KernelBinaries;
import io.gatun.ptx.Counter;
import io.gatun.ptx.DeviceProfile;
import io.gatun.ptx.ExecutionMode;
import io.gatun.ptx.PtxParser;
import io.gatun.ptx.VirtualGpu;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/// How fast the virtual GPU is: warp instructions a second of the f32 matrix product with tiles of
/// 128x128, each of whose 16 blocks sums over 1024 products.
///
/// `bench/run virtual [RUNS [THREADS]]`. The figure for a core counts the processor time of this
/// process, which neighbours on the machine disturb less than the time on the clock.
public final class VirtualSpeed {
  private static final int SIZE = 1024;
  private static final int BLOCKS = 16;
  private static final int THREADS = 256;

  private VirtualSpeed() {}

  /// See the class.
  public static void main(String[] arguments) {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
    int threads =
        arguments.length > 1
            ? Integer.parseInt(arguments[1])
            : Runtime.getRuntime().availableProcessors();
    var text =
        KernelBinaries.ptx("contract_simt.cu", 80)
            .orElseThrow(() -> new EngineException("the build found no nvcc: there is no PTX"));
    var kernel = PtxParser.parse(text).kernel("contract_simt_128");
    try (var gpu = new VirtualGpu(DeviceProfile.A100, ExecutionMode.FAST, threads, 0)) {
      var buffers = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
      for (var name : new String[] {"a", "b", "c"}) buffers.putLong(matrix(gpu, name));
      double best = 0;
      double bestOfCore = 0;
      for (int i = 0; i < runs; i++) {
        long processor = processorNanos();
        long start = System.nanoTime();
        var run = gpu.launch(kernel, LaunchGeometry.of(BLOCKS, THREADS), buffers.array());
        double seconds = 1e-9 * (System.nanoTime() - start);
        double used = 1e-9 * (processorNanos() - processor);
        double millions = 1e-6 * run.count(Counter.WARP_INSTRUCTIONS);
        best = Math.max(best, millions / seconds);
        bestOfCore = Math.max(bestOfCore, millions / used);
        System.out.printf(
            Locale.ROOT,
            "%.1f M warp instructions in %.3f s, %.3f s of processors: %.1f M/s, %.1f M/s a core%n",
            millions,
            seconds,
            used,
            millions / seconds,
            millions / used);
      }
      System.out.printf(
          Locale.ROOT,
          "best of %d with %d threads: %.1f M/s, %.1f M/s a core%n",
          runs,
          threads,
          best,
          bestOfCore);
    }
  }

  private static long matrix(VirtualGpu gpu, String name) {
    long bytes = 4L * SIZE * SIZE;
    long address = gpu.memory().allocate(bytes, name);
    try (var arena = Arena.ofConfined()) {
      var numbers = arena.allocate(bytes);
      for (long i = 0; i < SIZE * SIZE; i++) {
        numbers.setAtIndex(ValueLayout.JAVA_FLOAT, i, (i * 31 % 64 - 32) / 32f);
      }
      gpu.memory().write(address, numbers);
    }
    return address;
  }

  private static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getProcessCpuTime();
  }
}
