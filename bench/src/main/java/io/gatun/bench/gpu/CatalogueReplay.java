package io.gatun.bench.gpu;

import io.gatun.kernels.Kernel;
import io.gatun.kernels.KernelCatalogue;
import io.gatun.kernels.Sizes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// The kernels of the catalogue on the hardware and on the virtual GPU: whether their results
/// agree, and on the hardware their time beside the least that its measured ceilings allow.
public final class CatalogueReplay {
  /// Elements whose results are compared: the virtual GPU runs them too.
  private static final long COMPARED = 1 << 14;

  /// Elements of a launch that is timed: more than a cache of 50 MB holds.
  private static final long TIMED = 1 << 26;

  private static final int RUNS = 20;

  /// What came of a kernel.
  ///
  /// @param difference the greatest of its results, in what rounding may do: above 1 is a mistake
  /// @param least seconds by the ceilings
  public record Row(Kernel kernel, double difference, double seconds, double least) {
    static final String HEADER =
        """
        | kernel | difference, of allowed | us | GB/s | of its ceiling |
        |---|---:|---:|---:|---:|
        """;

    public boolean agrees() {
      return difference <= 1;
    }

    String text(long bytes) {
      return String.format(
          Locale.ROOT,
          "| %s | %s | %.1f | %.3g | %.0f %% |%n",
          kernel.name(),
          difference == 0 ? "none" : String.format(Locale.ROOT, "%.0f %%", 100 * difference),
          1e6 * seconds,
          1e-9 * bytes / seconds,
          100 * least / seconds);
    }
  }

  private final Side there;
  private final Side virtual;
  private final Ceilings ceilings;
  private final boolean small;

  /// @param there the hardware, or what stands in for it
  /// @param small the stand-in is slow: what is timed is what is compared
  CatalogueReplay(Side there, Side virtual, Ceilings ceilings, boolean small) {
    this.there = there;
    this.virtual = virtual;
    this.ceilings = ceilings;
    this.small = small;
  }

  /// All kernels, or on the small side the first of each file.
  List<Kernel> kernels() {
    var all = KernelCatalogue.standard().kernels();
    if (!small) return all;
    var first = new LinkedHashMap<String, Kernel>();
    all.forEach(kernel -> first.putIfAbsent(kernel.file(), kernel));
    return List.copyOf(first.sequencedValues());
  }

  Row row(Kernel kernel) {
    double difference = difference(kernel, CatalogueSizes.of(kernel, COMPARED));
    var sizes = sizes(kernel);
    try (var bound = new BoundKernel(there, kernel, sizes)) {
      double seconds = there.seconds(small ? 1 : RUNS, bound::run);
      long flops = kernel.flops().applyAsLong(sizes);
      return new Row(kernel, difference, seconds, ceilings.least(bytes(kernel), flops, false));
    }
  }

  private Sizes sizes(Kernel kernel) {
    return CatalogueSizes.of(kernel, small ? COMPARED : TIMED);
  }

  /// Bytes that a timed launch must move.
  long bytes(Kernel kernel) {
    return kernel.bytes(sizes(kernel));
  }

  private double difference(Kernel kernel, Sizes sizes) {
    try (var a = new BoundKernel(there, kernel, sizes);
        var b = new BoundKernel(virtual, kernel, sizes)) {
      a.run();
      b.run();
      double most = 0;
      for (var name : b.results().keySet()) {
        var result = b.results().get(name);
        double difference =
            Difference.between(a.read(a.results().get(name)), b.read(result), result.type());
        if (difference == 0) continue;
        most = Math.max(most, difference / Difference.allowed(result.type()));
      }
      return most;
    }
  }
}
