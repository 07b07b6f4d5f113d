package io.gatun.bench.gpu;

import io.gatun.kernels.Kernel;
import io.gatun.kernels.ParameterChunk;
import io.gatun.kernels.PoolingWindow;
import io.gatun.kernels.Sizes;

/// Sizes that a kernel of the catalogue is tried with.
final class CatalogueSizes {
  /// Halves images in both directions.
  static final PoolingWindow WINDOW = new PoolingWindow(28, 28, 16, 14, 14, 2, 2, 2, 2, 1, 1, 0, 0);

  private static final int IMAGE = 28 * 28 * 16;
  private static final int TOP = 64;
  private static final int PART = 4096;

  private CatalogueSizes() {}

  /// @param elements of the largest array, about
  static Sizes of(Kernel kernel, long elements) {
    if (kernel.file().equals("pool.cu")) {
      return WINDOW.sizes(Math.max(1, elements / IMAGE), kernel.operation().endsWith("_gradient"));
    }
    long columns = columns(kernel);
    long rows = Math.max(4, elements / columns & -4);
    long channels = 64;
    boolean norms = kernel.file().startsWith("batchnorm");
    return Sizes.matrix(norms ? Math.max(4, elements / channels) : rows, columns)
        .with("count", count(kernel, elements, rows))
        .with("channels", channels)
        .with("parts", parts(kernel, columns, elements))
        .with("batch", 1)
        .with("entries", 100)
        .with("index_bytes", 4)
        .with("label_bytes", 4)
        .with("dy_stride", 1)
        .with("descending", 0)
        .with("k", TOP)
        .with("outer", rows)
        .with("width", columns)
        .with("word", kernel.operation().equals("concat") ? word(kernel) : 4)
        .with("chunks", chunks(elements));
  }

  /// The width that a variant is made for, which its name says.
  private static long columns(Kernel kernel) {
    var last = kernel.name().substring(kernel.name().lastIndexOf('_') + 1);
    if (kernel.operation().equals("concat") || kernel.operation().equals("embedding")) return 128;
    if (last.equals("any")) return 20_000;
    return switch (kernel.file()) {
      case "transpose.cu" -> 1024;
      case "cumsum.cu" -> 2 * PART;
      case "sort.cu" -> 2048;
      default -> last.matches("[0-9]+") ? Long.parseLong(last) : 1024;
    };
  }

  private static long count(Kernel kernel, long elements, long rows) {
    return switch (kernel.file()) {
      case "embedding.cu" -> rows;
      case "optimizer.cu" -> chunks(elements) * ParameterChunk.MOST;
      case "gradient_norm.cu" ->
          chunks(elements) * (kernel.name().equals("gradient_norm") ? 1 : ParameterChunk.MOST);
      default -> elements;
    };
  }

  private static long parts(Kernel kernel, long columns, long elements) {
    return switch (kernel.file()) {
      case "cumsum.cu" -> Math.ceilDiv(columns, PART);
      case "concat.cu" -> 2;
      default -> Math.max(8, elements >> 16);
    };
  }

  /// Bytes of a word of a `concat`.
  static int word(Kernel kernel) {
    return Integer.parseInt(kernel.name().substring("concat_".length()));
  }

  /// Pieces of the parameters of an optimizer.
  static long chunks(long elements) {
    return Math.ceilDiv(elements, ParameterChunk.MOST);
  }
}
