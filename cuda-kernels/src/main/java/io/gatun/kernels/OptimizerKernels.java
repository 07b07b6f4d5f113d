package io.gatun.kernels;

import static io.gatun.kernels.Parameter.ints;
import static io.gatun.kernels.Parameter.read;
import static io.gatun.kernels.Parameter.written;
import static io.gatun.kernels.RowKernels.join;

import io.gatun.cuda.LaunchGeometry;
import java.util.List;

/// Steps of optimizers and the norm of gradients: `chunks` pieces of tensors with `count` numbers
/// together; [ParameterChunk], [GradientChunk] and [OptimizerNumbers] are what their pointers point
/// to.
final class OptimizerKernels {
  private static final ElementType F32 = ElementType.F32;
  private static final ElementType F64 = ElementType.F64;
  private static final String CHUNKS = "chunks";

  private OptimizerKernels() {}

  static List<Kernel> all() {
    var table = read("chunks", ElementType.I8, CHUNKS, "" + GradientChunk.BYTES);
    var scale = read("scale", F32, "1");
    return List.of(
        step("sgd", 20, 4),
        step("nesterov", 20, 6),
        step("rmsprop", 20, 10),
        step("adam", 28, 14),
        step("adamw", 28, 14),
        Kernel.of(
                "gradient_norm_parts",
                F32,
                "gradient_norm_parts",
                "gradient_norm.cu",
                List.of(table, written("parts", F64, CHUNKS)))
            .launched(s -> LaunchGeometry.of(s.pieces(CHUNKS, 1), 256))
            .costing(s -> 2 * s.of("count"))
            .moving(s -> 4 * s.of("count")),
        Kernel.of(
                "gradient_norm",
                F32,
                "gradient_norm",
                "gradient_norm.cu",
                join(
                    List.of(
                        read("parts", F64, CHUNKS),
                        scale,
                        written("result", F32, "3"),
                        new Parameter.Float("limit")),
                    ints("count")))
            .launched(_ -> LaunchGeometry.of(1, 256)));
  }

  private static Kernel step(String operation, int bytesPerNumber, int flopsPerNumber) {
    var table = read("chunks", ElementType.I8, CHUNKS, "" + ParameterChunk.BYTES);
    var numbers = read("numbers", F32, "8");
    return Kernel.of(
            operation,
            F32,
            operation + "_step",
            "optimizer.cu",
            List.of(table, numbers, read("clip", F32, "1")))
        .launched(s -> LaunchGeometry.of(s.pieces(CHUNKS, 1), 256))
        .costing(s -> flopsPerNumber * s.of("count"))
        .moving(s -> bytesPerNumber * s.of("count"));
  }
}
