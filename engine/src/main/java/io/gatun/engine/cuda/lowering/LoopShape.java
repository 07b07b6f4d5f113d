package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.LaunchGeometry;
import io.gatun.graph.kernel.Expr;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.List;

/// How the threads of a loop with folds lie: along the inner positions (rows) or along the outer
/// points (columns), and into how many blocks one fold is cut.
///
/// @param isRow along the inner positions
/// @param size threads of a row, or parts of a column
/// @param splits blocks that share one fold
record LoopShape(boolean isRow, int size, int splits, DeviceShape device) {
  private static final int WARP = 32;

  /// Shorter folds leave most lanes of a warp idle.
  private static final int SHORT = 8;

  /// A warp walks so many positions at most, if there are other rows for other warps.
  private static final int WARP_ROW = 2048;

  static LoopShape of(LoopKernel kernel, Walk walk, Runs outer, Runs inner, DeviceShape device) {
    long points = outer.points();
    long length = inner.points();
    // What has several stages, or none to merge, is not cut.
    boolean mayCut =
        kernel.stages().size() == 1
            && !kernel.stages().getFirst().folds().isEmpty()
            && !kernel.finals().isEmpty();
    return isRow(kernel, walk, outer, inner)
        ? row(points, length, mayCut, device)
        : column(points, length, mayCut, device);
  }

  private static LoopShape row(long points, long length, boolean mayCut, DeviceShape device) {
    boolean isFull = points >= 8L * device.multiprocessors();
    int threads =
        length <= (isFull ? WARP_ROW : 256)
            ? WARP
            : length <= 1024 ? 128 : length <= 8192 ? 256 : 512;
    int splits = mayCut && threads == 512 ? splits(points, length, 8192, device) : 1;
    return new LoopShape(true, threads, splits, device);
  }

  private static LoopShape column(long points, long length, boolean mayCut, DeviceShape device) {
    long blocks = Math.ceilDiv(points, WARP);
    int parts = 1;
    while (parts < 16 && length >= 8L * parts && blocks * parts < 16L * device.multiprocessors()) {
      parts *= 2;
    }
    int splits = mayCut && parts == 16 ? splits(blocks, length, 512, device) : 1;
    return new LoopShape(false, parts, splits, device);
  }

  /// Two blocks for each multiprocessor, each with no less than `least` positions.
  private static int splits(long blocks, long length, long least, DeviceShape device) {
    long wanted = Math.ceilDiv(2L * device.multiprocessors(), blocks);
    return Math.clamp(Math.min(wanted, length / least), 1, 1024);
  }

  /// Whether more of what is read and written lies along the inner positions.
  private static boolean isRow(LoopKernel kernel, Walk walk, Runs outer, Runs inner) {
    if (inner.points() < SHORT) return false;
    if (outer.runs().isEmpty() || inner.runs().isEmpty()) return true;
    Var row = inner.runs().getLast().inner();
    Var column = outer.runs().getLast().inner();
    var offsets = new ArrayList<Index>();
    for (Expr expr : walk.exprs()) {
      if (expr.op() instanceof ExprOp.Load(_, Index offset, _)) offsets.add(offset);
    }
    for (var stage : kernel.stages()) {
      for (Store store : stage.stores()) offsets.add(store.offset());
    }
    long rows = offsets.stream().filter(i -> isAlong(i, row)).count();
    long columns = offsets.stream().filter(i -> isAlong(i, column)).count();
    return rows >= columns;
  }

  private static boolean isAlong(Index index, Var variable) {
    return Math.abs(index.coefficient(variable)) == 1;
  }

  /// The constant of the template that takes the size.
  String constant() {
    return isRow ? "THREADS" : "PARTS";
  }

  List<String> templates() {
    String main = isRow ? "loop_rows.cu" : "loop_columns.cu";
    return splits == 1 ? List.of(main) : List.of(main, "loop_finish.cu");
  }

  List<String> entries() {
    String main = isRow ? "loop_rows" : "loop_columns";
    return splits == 1 ? List.of(main) : List.of(main, "loop_finish");
  }

  List<Lowered.Launch> launches(long points) {
    var launches = new ArrayList<Lowered.Launch>();
    if (isRow) {
      int block = size == WARP ? 8 * WARP : size;
      int blocks = device.blocks(size == WARP ? Math.ceilDiv(points, 8) : points, block);
      launches.add(launch("loop_rows", blocks, block, 1));
    } else {
      int lanes = size == 1 ? 4 * WARP : WARP;
      int blocks = Math.toIntExact(Math.ceilDiv(points, lanes));
      launches.add(launch("loop_columns", blocks, lanes, size));
    }
    if (splits > 1) {
      int blocks = Math.toIntExact(Math.ceilDiv(points, 8));
      launches.add(Lowered.Launch.of("loop_finish", LaunchGeometry.of(blocks, 256)));
    }
    return launches;
  }

  private Lowered.Launch launch(String entry, int blocks, int x, int y) {
    return Lowered.Launch.of(entry, new LaunchGeometry(blocks, splits, 1, x, y, 1, 0));
  }
}
