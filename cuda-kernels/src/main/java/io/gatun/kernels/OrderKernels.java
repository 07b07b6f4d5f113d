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
  private static final String PARTS = "parts";

  /// Columns that a block sorts in shared memory.
  private static final int SORT_TILE = 2048;

  /// Greatest `k` of `topk`.
  private static final int MOST_SELECTED = 1024;

  private OrderKernels() {}

  static List<Kernel> all() {
    var x = read("x", F32, ROWS, COLUMNS);
    var positions = written("y", I32, ROWS, COLUMNS);
    var items = read("items", I64, ROWS, COLUMNS);
    return List.of(
        Kernel.of(
                "argsort",
                F32,
                "argsort_f32",
                "sort.cu",
                join(List.of(x, positions), ints(COLUMNS, "descending")))
            .accepting(s -> s.of(COLUMNS) <= SORT_TILE)
            .launched(s -> LaunchGeometry.of(s.pieces(ROWS, 1), 256)),
        Kernel.of(
                "argsort_tiles",
                F32,
                "argsort_tiles_f32",
                "sort.cu",
                join(List.of(x, written("items", I64, ROWS, COLUMNS)), ints(COLUMNS, "descending")))
            .launched(s -> grid(s, s.pieces(COLUMNS, SORT_TILE))),
        Kernel.of(
                "argsort_merge",
                F32,
                "argsort_merge",
                "sort.cu",
                join(List.of(items, written("merged", I64, ROWS, COLUMNS)), ints(COLUMNS, "width")))
            .launched(s -> grid(s, s.pieces(COLUMNS, SORT_TILE))),
        Kernel.of(
                "argsort_positions",
                F32,
                "argsort_positions",
                "sort.cu",
                join(
                    List.of(read("items", I64, "count"), written("y", I32, "count")),
                    ints("count")))
            .launched(s -> ElementKernels.geometry(s, 1)),
        Kernel.of(
                "topk",
                F32,
                "topk_f32",
                "sort.cu",
                join(
                    List.of(
                        x, written("values", F32, ROWS, "k"), written("positions", I32, ROWS, "k")),
                    ints(COLUMNS, "k")))
            .accepting(s -> s.of("k") <= MOST_SELECTED && s.of("k") <= s.of(COLUMNS))
            .launched(s -> LaunchGeometry.of(s.pieces(ROWS, 1), 256)),
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
