package io.gatun.kernels;

import static io.gatun.kernels.Parameter.ints;
import static io.gatun.kernels.Parameter.read;
import static io.gatun.kernels.Parameter.written;
import static io.gatun.kernels.RowKernels.join;

import io.gatun.cuda.LaunchGeometry;
import io.gatun.kernels.RowKernels.Capacity;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Layer, root-mean-square and batch normalization, and their gradients.
///
/// Gradients take their sums over rows in parts: the size `parts`, which the caller chooses and
/// whose array it provides.
final class NormalizationKernels {
  private static final String ROWS = "rows";
  private static final String COLUMNS = "columns";
  private static final String CHANNELS = "channels";

  private NormalizationKernels() {}

  static List<Kernel> all() {
    return RowKernels.types().stream()
        .flatMap(t -> Stream.of(rowNorms(t), rowGradients(t), batchNorm(t), batchGradient(t)))
        .flatMap(List::stream)
        .toList();
  }

  private static List<Kernel> rowNorms(ElementType t) {
    var x = read("x", t, ROWS, COLUMNS);
    var gamma = read("gamma", t, COLUMNS);
    var epsilon = read("epsilon", t, "1");
    var y = written("y", t, ROWS, COLUMNS);
    var rstd = written("rstd", t, ROWS);
    var numbers = ints(ROWS, COLUMNS);
    var layer =
        List.of(x, gamma, read("beta", t, COLUMNS), epsilon, y, written("mean", t, ROWS), rstd);
    var kernels =
        new ArrayList<>(
            RowKernels.variants(
                "layernorm", t, "layernorm.cu", join(layer, numbers), 7, RowKernels.again(x, x)));
    var rms = List.of(x, gamma, epsilon, y, rstd);
    kernels.addAll(
        RowKernels.variants(
            "rmsnorm", t, "rmsnorm.cu", join(rms, numbers), 4, RowKernels.again(x)));
    return kernels;
  }

  private static List<Kernel> rowGradients(ElementType t) {
    var x = read("x", t, ROWS, COLUMNS);
    var gamma = read("gamma", t, COLUMNS);
    var mean = read("mean", t, ROWS);
    var rstd = read("rstd", t, ROWS);
    var dy = read("dy", t, ROWS, COLUMNS);
    var dx = written("dx", t, ROWS, COLUMNS);
    var parts = written("sums", ElementType.F32, "parts", "2", COLUMNS);
    var layer = join(List.of(x, gamma, mean, rstd, dy, dx, parts), ints(ROWS, COLUMNS));
    var rms = join(List.of(x, gamma, rstd, dy, dx, parts), ints(ROWS, COLUMNS));
    var kernels = new ArrayList<Kernel>();
    for (Capacity capacity : gradientCapacities()) {
      kernels.add(gradient("layernorm_gradient", t, layer, capacity));
      kernels.add(
          gradient("rmsnorm_gradient", t, rms, capacity)
              .moving(s -> -4 * s.of("parts") * s.of(COLUMNS)));
    }
    var sums = read("sums", ElementType.F32, "parts", "2", COLUMNS);
    var outputs = List.of(sums, written("dgamma", t, COLUMNS), written("dbeta", t, COLUMNS));
    kernels.add(
        Kernel.of(
                "norm_parameters",
                t,
                "norm_parameters_" + t.text(),
                "norm_gradient.cu",
                join(outputs, ints("parts", COLUMNS)))
            .launched(s -> new LaunchGeometry(s.pieces(COLUMNS, 32), 2, 1, 32, 8, 1, 0))
            .costing(s -> 2 * s.of("parts") * s.of(COLUMNS)));
    return kernels;
  }

  /// Each part holds a row at a time: a warp's where four share a block.
  private static Kernel gradient(
      String operation, ElementType t, List<Parameter> parameters, Capacity capacity) {
    int together = capacity.threads() == 32 ? 4 : 1;
    int block = Math.max(128, capacity.threads());
    return RowKernels.variant(operation, t, "norm_gradient.cu", parameters, 12, capacity)
        .accepting(s -> s.of(COLUMNS) <= capacity.columns() && s.of("parts") % together == 0)
        .launched(s -> LaunchGeometry.of(s.pieces("parts", together), block));
  }

  private static List<Capacity> gradientCapacities() {
    return List.of(
        new Capacity("256", 256, 32),
        new Capacity("1024", 1024, 128),
        new Capacity("4096", 4096, 256),
        new Capacity("8192", 8192, 1024));
  }

  private static List<Kernel> batchNorm(ElementType t) {
    var x = read("x", t, ROWS, CHANNELS);
    var epsilon = read("epsilon", t, "1");
    var moments = List.of(x, written("sums", ElementType.F32, "parts", "2", CHANNELS));
    var statistics =
        List.of(
            read("sums", ElementType.F32, "parts", "2", CHANNELS),
            epsilon,
            written("mean", t, CHANNELS),
            written("variance", t, CHANNELS),
            written("rstd", t, CHANNELS));
    var apply =
        List.of(
            x,
            read("gamma", t, CHANNELS),
            read("beta", t, CHANNELS),
            read("mean", t, CHANNELS),
            read("variance", t, CHANNELS),
            read("rstd", t, CHANNELS),
            epsilon,
            written("y", t, ROWS, CHANNELS));
    return List.of(
        channels("batchnorm_moments", t, join(moments, ints(ROWS, CHANNELS)), 4),
        perChannel("batchnorm_statistics", t, join(statistics, ints("parts", ROWS, CHANNELS))),
        channels("batchnorm_apply", t, join(apply, ints(ROWS, CHANNELS)), 3)
            .moving(s -> -t.bytes() * (s.of(CHANNELS) + 1)));
  }

  private static List<Kernel> batchGradient(ElementType t) {
    var x = read("x", t, ROWS, CHANNELS);
    var gamma = read("gamma", t, CHANNELS);
    var mean = read("mean", t, CHANNELS);
    var rstd = read("rstd", t, CHANNELS);
    var dy = read("dy", t, ROWS, CHANNELS);
    var products =
        List.of(x, mean, rstd, dy, written("sums", ElementType.F32, "parts", "2", CHANNELS));
    var sums =
        List.of(
            read("sums", ElementType.F32, "parts", "2", CHANNELS),
            written("dgamma", t, CHANNELS),
            written("dbeta", t, CHANNELS));
    var gradient =
        List.of(
            x,
            gamma,
            mean,
            rstd,
            read("dgamma", t, CHANNELS),
            read("dbeta", t, CHANNELS),
            dy,
            written("dx", t, ROWS, CHANNELS));
    return List.of(
        channels("batchnorm_products", t, join(products, ints(ROWS, CHANNELS)), 5),
        perChannel("batchnorm_sums", t, join(sums, ints("parts", CHANNELS))),
        channels("batchnorm_gradient", t, join(gradient, ints(ROWS, CHANNELS)), 6));
  }

  /// Blocks of 32 channels by 8 rows, `parts` of them over the rows.
  private static Kernel channels(
      String operation, ElementType t, List<Parameter> parameters, int flopsPerElement) {
    return Kernel.of(operation, t, operation + "_" + t.text(), "batchnorm.cu", parameters)
        .launched(
            s -> new LaunchGeometry(s.pieces(CHANNELS, 32), s.integer("parts"), 1, 32, 8, 1, 0))
        .costing(s -> flopsPerElement * s.of(ROWS) * s.of(CHANNELS));
  }

  private static Kernel perChannel(String operation, ElementType t, List<Parameter> parameters) {
    return Kernel.of(operation, t, operation + "_" + t.text(), "batchnorm.cu", parameters)
        .launched(s -> LaunchGeometry.of(s.pieces(CHANNELS, 256), 256))
        .costing(s -> 8 * s.of("parts") * s.of(CHANNELS));
  }
}
