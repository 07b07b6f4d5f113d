package io.gatun.kernels;

import static io.gatun.kernels.Parameter.ints;
import static io.gatun.kernels.Parameter.read;
import static io.gatun.kernels.Parameter.updated;
import static io.gatun.kernels.Parameter.written;
import static io.gatun.kernels.RowKernels.join;

import io.gatun.cuda.LaunchGeometry;
import java.util.ArrayList;
import java.util.List;

/// Rows of tables, transposes and concatenations.
final class MovementKernels {
  private static final String ROWS = "rows";
  private static final String COLUMNS = "columns";
  private static final String COUNT = "count";
  private static final String ENTRIES = "entries";

  private MovementKernels() {}

  static List<Kernel> all() {
    var kernels = new ArrayList<Kernel>();
    for (ElementType t : RowKernels.types()) {
      kernels.addAll(embedding(t));
      kernels.addAll(transpose(t));
    }
    kernels.addAll(concat());
    return kernels;
  }

  private static List<Kernel> embedding(ElementType t) {
    var index = read("index", ElementType.I8, COUNT, "index_bytes");
    var gather =
        List.of(read("table", t, ENTRIES, COLUMNS), index, written("y", t, COUNT, COLUMNS));
    var dy = read("dy", t, COUNT, COLUMNS);
    var dtable = updated("dtable", ElementType.F32, ENTRIES, COLUMNS);
    var order = read("order", ElementType.I32, COUNT);
    return List.of(
        Kernel.of(
                "embedding",
                t,
                "embedding_" + 8 * t.bytes(),
                "embedding.cu",
                join(gather, ints("index_bytes", ENTRIES, COLUMNS)))
            .launched(s -> perRow(s, 16 / t.bytes()))
            .moving(s -> (s.of(COUNT) - s.of(ENTRIES)) * s.of(COLUMNS) * t.bytes()),
        Kernel.of(
                "embedding_scatter",
                t,
                "embedding_scatter_" + t.text(),
                "embedding.cu",
                join(List.of(dy, index, dtable), ints("index_bytes", ENTRIES, COLUMNS)))
            .launched(s -> perRow(s, 1))
            .costing(s -> s.of(COUNT) * s.of(COLUMNS))
            .moving(s -> 8 * (s.of(COUNT) - s.of(ENTRIES)) * s.of(COLUMNS))
            .inAnyOrder(),
        Kernel.of(
                "embedding_scatter_sorted",
                t,
                "embedding_scatter_sorted_" + t.text(),
                "embedding.cu",
                join(
                    List.of(dy, index, order, dtable),
                    ints("index_bytes", ENTRIES, COUNT, COLUMNS)))
            .launched(s -> perRow(s, 1))
            .costing(s -> s.of(COUNT) * s.of(COLUMNS)));
  }

  /// A block of 128 for each row, more where rows are long.
  private static LaunchGeometry perRow(Sizes sizes, int each) {
    int blocks = Math.min(sizes.pieces(COLUMNS, 128 * each * 4), 64);
    return new LaunchGeometry(sizes.pieces(COUNT, 1), blocks, 1, 128, 1, 1, 0);
  }

  private static List<Kernel> transpose(ElementType t) {
    var parameters =
        join(
            List.of(read("x", t, "batch", ROWS, COLUMNS), written("y", t, "batch", COLUMNS, ROWS)),
            ints(ROWS, COLUMNS));
    if (t.bytes() == 2) {
      return List.of(
          Kernel.of("transpose", t, "transpose_16_packed", "transpose.cu", parameters)
              .accepting(s -> s.of(ROWS) % 2 == 0 && s.of(COLUMNS) % 2 == 0)
              .launched(s -> tiles(s, 64, 256, 1)));
    }
    return List.of(
        Kernel.of("transpose", t, "transpose_32_packed", "transpose.cu", parameters)
            .accepting(s -> s.of(ROWS) % 4 == 0 && s.of(COLUMNS) % 4 == 0)
            .launched(s -> tiles(s, 64, 256, 1)),
        Kernel.of("transpose", t, "transpose_32", "transpose.cu", parameters)
            .launched(s -> tiles(s, 32, 32, 8)));
  }

  private static LaunchGeometry tiles(Sizes sizes, int tile, int blockX, int blockY) {
    return new LaunchGeometry(
        sizes.pieces(COLUMNS, tile),
        sizes.pieces(ROWS, tile),
        sizes.integer("batch"),
        blockX,
        blockY,
        1,
        0);
  }

  /// By the bytes of a word; the number of parts is the size `parts`.
  private static List<Kernel> concat() {
    var kernels = new ArrayList<Kernel>();
    for (int bytes : new int[] {16, 4, 2, 1}) {
      var y = written("y", ElementType.I8, "outer", "width", Integer.toString(bytes));
      kernels.add(
          Kernel.of(
                  "concat",
                  ElementType.I8,
                  "concat_" + bytes,
                  "concat.cu",
                  join(
                      List.of(new Parameter.Struct("parts", ConcatParts.BYTES), y),
                      ints("outer", "width")))
              .accepting(s -> s.of("word") == bytes)
              .launched(
                  s -> {
                    long words = s.of("outer") * s.of("width") / s.of("parts");
                    int blocks = Math.clamp(Math.ceilDiv(words, 256), 1, 65_536);
                    return new LaunchGeometry(blocks, s.integer("parts"), 1, 256, 1, 1, 0);
                  })
              .moving(s -> s.of("outer") * s.of("width") * bytes));
    }
    return kernels;
  }
}
