package io.gatun.ptx;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What kernels did on the virtual GPU, and what a model makes of it. Counts are exact for the PTX;
/// times are a lower bound, not a measurement ([KernelCeiling]).
///
/// @param rows one for each kernel, block size and dynamic shared memory, in order of first launch
public record KernelReport(List<Row> rows) {
  /// The launches of one kernel with one block size.
  ///
  /// @param kernel its name
  /// @param device short name of the virtual GPU
  /// @param launches how many
  /// @param blocks of all launches
  /// @param threads of a block
  /// @param registers of a thread
  /// @param occupancy of a multiprocessor
  /// @param counts summed over the launches
  /// @param ceiling summed over the launches
  public record Row(
      String kernel,
      String device,
      long launches,
      long blocks,
      int threads,
      RegisterCount registers,
      Occupancy occupancy,
      Map<Counter, Long> counts,
      KernelCeiling ceiling) {
    public Row {
      counts = Map.copyOf(counts);
    }

    /// One counter.
    public long count(Counter counter) {
      return counts.get(counter);
    }

    /// Floating-point operations, on tensor cores or not.
    public long flops() {
      return count(Counter.FLOAT32_FLOPS)
          + count(Counter.FLOAT64_FLOPS)
          + count(Counter.HALF_FLOPS)
          + count(Counter.TENSOR_HALF_FLOPS)
          + count(Counter.TENSOR_TF32_FLOPS);
    }

    /// Bytes of global memory that requests asked for.
    public long bytes() {
      return count(Counter.GLOBAL_LOAD_BYTES)
          + count(Counter.GLOBAL_STORE_BYTES)
          + count(Counter.GLOBAL_ATOMIC_BYTES)
          + count(Counter.ASYNC_COPY_BYTES);
    }

    /// Sectors of 32 bytes that a request for global memory touches.
    public double sectorsPerRequest() {
      return ratio(
          sectors(),
          count(Counter.GLOBAL_LOAD_REQUESTS)
              + count(Counter.GLOBAL_STORE_REQUESTS)
              + count(Counter.GLOBAL_ATOMIC_REQUESTS)
              + count(Counter.ASYNC_COPY_REQUESTS));
    }

    /// The part of the bytes of those sectors that the kernel uses, 0 to 1.
    public double sectorEfficiency() {
      return ratio(bytes(), 32 * sectors());
    }

    /// Passes over the banks of shared memory that a request needs.
    public double wavefrontsPerRequest() {
      return ratio(count(Counter.SHARED_WAVEFRONTS), count(Counter.SHARED_REQUESTS));
    }

    /// Passes of a request that are there only because lanes meet in a bank.
    public double conflictsPerRequest() {
      return ratio(
          count(Counter.SHARED_WAVEFRONTS) - count(Counter.SHARED_IDEAL_WAVEFRONTS),
          count(Counter.SHARED_REQUESTS));
    }

    private long sectors() {
      return count(Counter.GLOBAL_LOAD_SECTORS)
          + count(Counter.GLOBAL_STORE_SECTORS)
          + count(Counter.GLOBAL_ATOMIC_SECTORS)
          + count(Counter.ASYNC_COPY_SECTORS);
    }

    private static double ratio(long part, long whole) {
      return whole == 0 ? 0 : (double) part / whole;
    }

    private String line() {
      return String.format(
          Locale.ROOT,
          "%-32s %8d %10d %12d %14d %14d %8.2f %5.0f%% %9.2f %6s %5.0f%% %10.2f %-8s %5.0f%% %s",
          kernel,
          launches,
          blocks,
          count(Counter.WARP_INSTRUCTIONS),
          flops(),
          bytes(),
          sectorsPerRequest(),
          100 * sectorEfficiency(),
          conflictsPerRequest(),
          registers,
          100 * occupancy.fraction(),
          1e6 * ceiling.total(),
          ceiling.bound(),
          100 * ceiling.fractionOfPeak(),
          ceiling.idealIsMemory() ? "memory" : "math");
    }
  }

  public KernelReport {
    rows = List.copyOf(rows);
  }

  /// The table for people.
  @Override
  public String toString() {
    var text = new StringBuilder();
    text.append("Virtual GPU");
    rows.stream().map(Row::device).distinct().forEach(name -> text.append(' ').append(name));
    text.append(": counts of the PTX; times and peaks are a model, not measured; ~ is a guess\n");
    text.append(
        String.format(
            Locale.ROOT,
            "%-32s %8s %10s %12s %14s %14s %8s %6s %9s %6s %6s %10s %-8s %6s %s%n",
            "kernel",
            "launches",
            "blocks",
            "instructions",
            "flops",
            "bytes",
            "sect/req",
            "used",
            "conf/req",
            "regs",
            "occup.",
            "model us",
            "bound by",
            "peak",
            "of"));
    rows.forEach(row -> text.append(row.line()).append('\n'));
    return text.toString();
  }
}
