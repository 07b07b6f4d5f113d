package io.gatun.engine.cpu;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// The innermost loops of a contraction: `tile[r][c] (+)= sum over k of A[offset_r + k * ks] * B[k
/// * bs + c]`, all in registers. The sum runs over `segs` segments of `K` steps; from one to the
/// next A jumps by `segStride` while B goes on. The dense result (row stride: the tile's columns)
/// goes to `T`, on top of what is there if `acc` is 1.
///
/// Row offsets are compile-time constants, displacements off one pointer; they, `ks`, `kg`, `bs`
/// and `segStride` count elements. A turn of the loop is a group of [#GROUP] steps, so that few
/// instructions count and move pointers: within it A lies `ks` elements from step to step, the
/// groups lie `kg` elements from one to the next. For each group `fetches` lines of memory from `pf
/// + group * pfs` on are prefetched to the second-level cache (the next panel of B), and B itself
/// some steps ahead to the first level. Only the first `columns` elements of a row of B are read.
/// Where `K` is always `inGroups`, a multiple of [#GROUP], there is less to compile. See [#packing]
/// and [#fetchingRows] for what two variants do on the way.
record MicroKernel(
    TileShape tile,
    List<Long> rowOffsets,
    int fetches,
    boolean inGroups,
    int columns,
    boolean packs,
    boolean fetchesRows) {
  /// Steps of a turn of the loop.
  static final int GROUP = 4;

  /// A kernel for full panels and these rows.
  ///
  /// @param steps of which `K` is a multiple
  static MicroKernel of(TileShape tile, List<Long> rowOffsets, int fetches, long steps) {
    return new MicroKernel(
        tile, rowOffsets, fetches, steps % GROUP == 0, tile.columns(), false, false);
  }

  /// The same kernel, which beside its products copies the rows as [RowPacker] does: to `Q`, a
  /// parameter more, the last one. Its rows must be `inGroups`, in one segment, with `ks = 1`.
  MicroKernel packing() {
    return new MicroKernel(tile, rowOffsets, fetches, inGroups, columns, true, fetchesRows);
  }

  /// The same kernel, which beside its products fetches as many rows that follow its own. They must
  /// lie without gaps, their elements `inGroups`, in one segment, with `ks = 1`.
  MicroKernel fetchingRows() {
    return new MicroKernel(tile, rowOffsets, fetches, inGroups, columns, packs, true);
  }

  /// How many lines each group fetches of a panel that so many tiles share.
  static int fetches(TileShape tile, long tiles) {
    return (int) Math.ceilDiv((long) GROUP * tile.columns() * tile.dtype().bytes(), 64 * tiles);
  }

  /// Offsets of rows that are equally far apart.
  static List<Long> rows(int rows, long stride) {
    return LongStream.range(0, rows).map(r -> r * stride).boxed().toList();
  }

  /// The same for a panel of which only this many columns may be read.
  MicroKernel reading(int columns) {
    return new MicroKernel(tile, rowOffsets, fetches, inGroups, columns, packs, fetchesRows);
  }

  /// The same for these rows.
  MicroKernel over(List<Long> rows) {
    return new MicroKernel(tile, rows, fetches, inGroups, columns, packs, fetchesRows);
  }

  int rows() {
    return rowOffsets.size();
  }

  private String name() {
    boolean uniform = true;
    long stride = rows() > 1 ? rowOffsets.get(1) : 0;
    for (int r = 0; r < rows(); r++) uniform &= rowOffsets.get(r) == r * stride;
    String offsets =
        uniform
            ? rows() + "." + stride
            : rowOffsets.stream().map(String::valueOf).collect(Collectors.joining("."));
    return "gatun.tile.%s.%dx%d.%s.f%d%s%s%s%s"
        .formatted(
            tile.dtype().text(),
            tile.vectors(),
            tile.lanes(),
            offsets.replace('-', 'm'),
            fetches,
            inGroups ? ".g" : "",
            packs ? ".p" : "",
            fetchesRows ? ".r" : "",
            columns == tile.columns() ? "" : ".c" + columns);
  }

  /// The function's name; its text is in the module afterwards.
  String in(IrModule module) {
    String name = name();
    module.share(name, () -> new MicroKernelText(this, new Ir(module)).text(name));
    return name;
  }
}
