package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.LaunchGeometry;
import io.gatun.graph.kernel.SortKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// Lowers sorts to the template `argsort.cu`.
final class SortLowering {
  private static final int MOST_GRID = 65535;
  private static final int GREATEST_TILE = 1024;

  private final SortKernel kernel;
  private final Buffers buffers;
  private final Walk walk;
  private final Runs outer;
  private final Runs inner;

  SortLowering(SortKernel kernel, Buffers buffers) {
    this.kernel = kernel;
    this.buffers = buffers;
    walk = Walk.from(List.of(new Store(kernel.target(), kernel.offset(), kernel.key())), List.of());
    outer = Runs.of(kernel.outer(), walk.indices());
    inner = Runs.of(kernel.inner(), walk.indices());
  }

  Lowered lower() {
    DType dtype = kernel.key().dtype();
    boolean isLong = dtype == DType.F64 || dtype == DType.I64;
    long length = inner.points();
    var hole = new StringBuilder("#include \"expressions.cuh\"\n");
    hole.append(buffers.declarations(2 * outer.points() * length, true));
    hole.append("constexpr Index OUTER = %d, LENGTH = %d;\n".formatted(outer.points(), length));
    hole.append("typedef %s Key;\n".formatted(isLong ? "unsigned long long" : "unsigned"));
    hole.append(key(dtype)).append(place());
    var unit =
        SourceText.unit(
            List.of("argsort.cu"), hole.toString(), List.of("argsort_tiles", "argsort_merge"));
    return new Lowered(unit, launches(length), workspaceBytes(length, isLong), true);
  }

  private String key(DType dtype) {
    var program = program();
    String key = program.value(kernel.key());
    String value = dtype == DType.BOOL ? "(int)" + key : key;
    return "DEVICE Key key_of(const Buffers& buffers, Index at_outer, Index at_inner) {\n"
        + outer.declarations("at_outer", "  ")
        + inner.declarations("at_inner", "  ")
        + program.text()
        + "  return %ssort_key(%s);\n}\n".formatted(kernel.descending() ? "~" : "", value);
  }

  private String place() {
    var program = program();
    String element = buffers.element(kernel.target(), program.index(kernel.offset()));
    DType dtype = buffers.type(kernel.target()).dtype();
    return "DEVICE void place(const Buffers& buffers, Index at_outer, Index at_inner, int position)"
        + " {\n"
        + outer.declarations("at_outer", "  ")
        + inner.declarations("at_inner", "  ")
        + program.text()
        + "  %s = (%s)position;\n}\n".formatted(element, CudaTypes.memory(dtype));
  }

  private Program program() {
    return new Program(buffers, walk, Program.Lanes.ONE, this::variable, "  ");
  }

  private String variable(Var v) {
    return outer.variables().contains(v) || inner.variables().contains(v) ? v.name() : "0";
  }

  private static int tile(long length) {
    return length <= 64 ? 64 : length <= 256 ? 256 : GREATEST_TILE;
  }

  private long workspaceBytes(long length, boolean isLong) {
    return length <= GREATEST_TILE ? 0 : 2 * outer.points() * length * (isLong ? 16 : 8);
  }

  private List<Lowered.Launch> launches(long length) {
    var launches = new ArrayList<Lowered.Launch>();
    int tile = tile(length);
    int rows = (int) Math.min(MOST_GRID, outer.points());
    int tiles = Math.toIntExact(Math.ceilDiv(length, tile));
    launches.add(
        Lowered.Launch.of("argsort_tiles", new LaunchGeometry(tiles, rows, 1, tile / 2, 1, 1, 0)));
    int blocks = Math.toIntExact(Math.ceilDiv(length, 256));
    int pass = 0;
    for (long width = tile; width < length; width *= 2) {
      List<Lowered.Parameter> parameters =
          List.of(new Lowered.Parameter.Number((int) width), new Lowered.Parameter.Number(pass++));
      launches.add(
          new Lowered.Launch(
              "argsort_merge", new LaunchGeometry(blocks, rows, 1, 256, 1, 1, 0), parameters));
    }
    return launches;
  }
}
