package io.gatun.engine.cpu;

import io.gatun.engine.cpu.llvm.CompileOptions;
import io.gatun.engine.cpu.llvm.HostCpu;
import io.gatun.engine.cpu.llvm.NativeModule;
import io.gatun.engine.memory.LargePages;
import io.gatun.engine.profile.Roofline;
import io.gatun.engine.profile.RooflineCache;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Measures what the processor can do at most with the threads of a pool: the best of some rounds,
/// in about a second.
final class MachinePeaks {
  private static final int UNITS_OF_THREAD = 16;
  private static final int ROUNDS = 5;

  /// Bytes that are read: more than caches hold.
  private static final long MOST_BYTES = 512L << 20;

  private final ThreadPool pool;

  MachinePeaks(ThreadPool pool) {
    this.pool = pool;
  }

  /// What is known of this processor with so many threads, else measured and kept.
  ///
  /// @param again to measure in any case; the best that was ever measured counts, since others can
  ///     only make a machine seem slower
  Roofline roofline(boolean again) {
    var cache = RooflineCache.user();
    String machine = machine();
    var known = cache.get(machine, pool.threads());
    if (known.isPresent() && !again) return known.get();
    var measured = measure(machine, MOST_BYTES);
    var best = known.map(measured::best).orElse(measured);
    cache.put(best);
    return best;
  }

  /// @param bytes of the array that is read; half of it is copied to the other half
  Roofline measure(String machine, long bytes) {
    var kernels = new PeakKernels(HostCpu.current().vectorBytes() / Float.BYTES);
    try (var arena = Arena.ofShared();
        var module = NativeModule.compile(kernels.text(), CompileOptions.standard())) {
      long[] scratch = new long[pool.threads()];
      Arrays.setAll(scratch, _ -> arena.allocate(4096, 4096).address());
      MemorySegment array = LargePages.allocate(arena, bytes, 4096);
      array.fill((byte) 0);
      MemorySegment table = arena.allocate(ValueLayout.JAVA_LONG, 2);
      table.setAtIndex(ValueLayout.JAVA_LONG, 0, array.address());
      table.setAtIndex(ValueLayout.JAVA_LONG, 1, array.address() + bytes / 2);
      var bench = new Bench(module, table, scratch, pool);
      long units = (long) UNITS_OF_THREAD * pool.threads();
      long reads = bytes / PeakKernels.UNIT_BYTES;
      double flops = kernels.flopsOfUnit() * units / bench.nanos(PeakKernels.MULTIPLY_ADD, units);
      double read = bytes / bench.nanos(PeakKernels.READ, reads);
      double copied = bytes / bench.nanos(PeakKernels.COPY, reads / 2);
      return new Roofline(machine, pool.threads(), flops, Math.max(read, copied));
    }
  }

  private record Bench(NativeModule module, MemorySegment table, long[] scratch, ThreadPool pool) {
    /// The least time of all units.
    double nanos(String kernel, long units) {
      var work =
          new Work.Native(
              kernel, module.function(kernel), table.address(), scratch, units, 1, 2, pool);
      long least = Long.MAX_VALUE;
      for (int i = 0; i < ROUNDS; i++) {
        long start = System.nanoTime();
        work.run();
        least = Math.min(least, System.nanoTime() - start);
      }
      return Math.max(1, least);
    }
  }

  /// How the processor names itself, else LLVM's name of its kind.
  private static String machine() {
    Path info = Path.of("/proc/cpuinfo");
    String kind = HostCpu.current().name();
    if (!Files.isReadable(info)) return kind;
    try (var lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip() + ", " + kind)
          .orElse(kind);
    } catch (IOException e) {
      // The kind is the better part of the name.
      return kind;
    }
  }
}
