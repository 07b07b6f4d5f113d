package io.gatun.kernels;

import static io.gatun.kernels.Parameter.ints;
import static io.gatun.kernels.Parameter.read;
import static io.gatun.kernels.Parameter.updated;
import static io.gatun.kernels.Parameter.written;
import static io.gatun.kernels.RowKernels.join;

import io.gatun.cuda.LaunchGeometry;
import java.util.List;

/// Sorting, greatest elements and running sums of rows.
final class OrderKernels {
  private static final ElementType F32 = ElementType.F32;
  private static final ElementType I32 = ElementType.I32;
  private static final ElementType I64 = ElementType.I64;
  private static final String ROWS = "rows";
  private static final String COLUMNS = "columns";
  private static final String PADDED = "padded";
  private static final String PARTS = "parts";

  /// Most columns that are sorted in shared memory, and twice the greatest `k` of `topk`.
  private static final int SHARED_KEYS = 2048;

  private OrderKernels() {}

  static List<Kernel> all() {
    var x = read("x", F32, ROWS, COLUMNS);
    var positions = written("y", I32, ROWS, COLUMNS);
    var keys = updated("keys", I64, ROWS, PADDED);
    return List.of(
        Kernel.of(
                "argsort",
                F32,
                "argsort_f32",
                "sort.cu",
                join(List.of(x, positions), ints(COLUMNS, "descending")))
            .accepting(s -> s.of(COLUMNS) <= SHARED_KEYS)
            .launched(s -> LaunchGeometry.of(s.pieces(ROWS, 1), SHARED_KEYS / 2)),
        Kernel.of(
                "argsort_keys",
                F32,
                "argsort_keys_f32",
                "sort.cu",
                join(
                    List.of(x, written("keys", I64, ROWS, PADDED)),
                    ints(COLUMNS, PADDED, "descending")))
            .launched(s -> grid(s, s.pieces(PADDED, 256))),
        Kernel.of(
                "argsort_step",
                F32,
                "argsort_step",
                "sort.cu",
                join(List.of(keys), ints(PADDED, "size", "distance")))
            .launched(s -> grid(s, s.pieces(PADDED, 512))),
        Kernel.of(
                "argsort_positions",
                F32,
                "argsort_positions",
                "sort.cu",
                join(List.of(read("keys", I64, ROWS, PADDED), positions), ints(COLUMNS, PADDED)))
            .launched(s -> grid(s, s.pieces(COLUMNS, 256))),
        Kernel.of(
                "topk",
                F32,
                "topk_f32",
                "sort.cu",
                join(
                    List.of(
                        x, written("values", F32, ROWS, "k"), written("positions", I32, ROWS, "k")),
                    ints(COLUMNS, "k")))
            .accepting(s -> s.of("k") <= SHARED_KEYS / 2 && s.of("k") <= s.of(COLUMNS))
            .launched(s -> LaunchGeometry.of(s.pieces(ROWS, 1), SHARED_KEYS / 2)),
        Kernel.of(
                "cumsum",
                F32,
                "cumsum_f32",
                "cumsum.cu",
                join(List.of(x, written("y", F32, ROWS, COLUMNS)), ints(COLUMNS)))
            .launched(s -> LaunchGeometry.of(s.pieces(ROWS, 1), 256))
            .costing(s -> 3 * RowKernels.elements(s)),
        Kernel.of(
                "cumsum_parts",
                F32,
                "cumsum_parts_f32",
                "cumsum.cu",
                join(
                    List.of(x, written("y", F32, ROWS, COLUMNS), written("sums", F32, ROWS, PARTS)),
                    ints(COLUMNS)))
            .launched(OrderKernels::parts)
            .costing(s -> 3 * RowKernels.elements(s)),
        Kernel.of(
                "cumsum_offsets",
                F32,
                "cumsum_offsets_f32",
                "cumsum.cu",
                join(List.of(updated("sums", F32, ROWS, PARTS)), ints(PARTS)))
            .launched(s -> LaunchGeometry.of(s.pieces(ROWS, 1), 32)),
        Kernel.of(
                "cumsum_add",
                F32,
                "cumsum_add_f32",
                "cumsum.cu",
                join(
                    List.of(read("sums", F32, ROWS, PARTS), updated("y", F32, ROWS, COLUMNS)),
                    ints(COLUMNS)))
            .launched(OrderKernels::parts)
            .costing(RowKernels::elements));
  }

  /// A block for each of the `parts` of 4096 columns.
  private static LaunchGeometry parts(Sizes sizes) {
    return grid(sizes, sizes.integer(PARTS));
  }

  private static LaunchGeometry grid(Sizes sizes, int blocks) {
    return new LaunchGeometry(blocks, sizes.pieces(ROWS, 1), 1, 256, 1, 1, 0);
  }
}
