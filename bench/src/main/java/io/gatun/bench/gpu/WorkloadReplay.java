package io.gatun.bench.gpu;

import io.gatun.bench.BoundGraph;
import io.gatun.engine.Device;
import io.gatun.engine.Tensor;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Cost;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Elements;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Whole graphs on the hardware: their results beside the virtual GPU's, their time with own
/// kernels alone and with the libraries, and the least time that the ceilings allow.
final class WorkloadReplay {
  static final String HEADER =
      """
      | workload | own kernels, us | with libraries, us | of its ceiling | with libraries |
      |---|---:|---:|---:|---:|
      """;

  private WorkloadReplay() {}

  /// The greatest difference of the results of one run, in what rounding may do.
  static double difference(String name, Device there, Device virtual) {
    try (var a = new BoundGraph(there, GpuWorkloads.graph(name));
        var b = new BoundGraph(virtual, GpuWorkloads.graph(name))) {
      a.run();
      b.run();
      return difference(a.results(), b.results());
    }
  }

  private static double difference(List<Tensor> there, List<Tensor> here) {
    double most = 0;
    for (int i = 0; i < there.size(); i++) {
      var type = here.get(i).type();
      double greatest = 1e-30;
      double difference = 0;
      for (long e = 0; e < type.size(); e++) {
        double a = Elements.getDouble(there.get(i).data(), type.dtype(), e);
        double b = Elements.getDouble(here.get(i).data(), type.dtype(), e);
        if (Double.isNaN(a) != Double.isNaN(b)) return Double.POSITIVE_INFINITY;
        if (Double.isNaN(a)) continue;
        greatest = Math.max(greatest, Math.abs(b));
        difference = Math.max(difference, Math.abs(a - b));
      }
      most = Math.max(most, difference / greatest / (type.dtype() == DType.BF16 ? 1.6e-2 : 1e-3));
    }
    return most;
  }

  /// @param own microseconds by workload
  /// @param libraries likewise; empty where there are none
  static String row(
      String name,
      Device device,
      Ceilings ceilings,
      Map<String, Double> own,
      Map<String, Double> libraries) {
    var cost = Cost.of(Compiler.compile(GpuWorkloads.graph(name), device.target()));
    double least =
        1e6 * ceilings.least(cost.bytes(), cost.flops(), GpuWorkloads.onTensorCores(name));
    return String.format(
        Locale.ROOT,
        "| %s | %.1f | %s | %.0f %% | %s |%n",
        name,
        own.get(name),
        libraries.containsKey(name) ? "%.1f".formatted(libraries.get(name)) : "",
        100 * least / own.get(name),
        libraries.containsKey(name) ? "%.0f %%".formatted(100 * least / libraries.get(name)) : "");
  }
}
