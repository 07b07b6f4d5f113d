package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.LaunchGeometry;
import io.gatun.graph.kernel.SortKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// Lowers sorts to the templates `argsort.cu`, and `argsort_select.cu` where few of the positions
/// are wanted.
final class SortLowering {
  private static final int MOST_GRID = 65535;
  private static final int THREADS = 256;

  /// Keys that a thread sorts.
  private static final int ITEMS = 8;

  /// Keys that a block sorts.
  private static final int TILE = ITEMS * THREADS;

  /// Positions that a block selects at most.
  private static final int MOST_SELECTED = 1024;

  /// Rows up to this length are sorted sooner than selected from.
  private static final int SHORT = 512;

  /// Keys of a row that are worth a block of their own.
  private static final int PART = 8192;

  private static final int MOST_PARTS = 64;

  private final SortKernel kernel;
  private final Buffers buffers;
  private final Walk walk;
  private final Runs outer;
  private final Runs inner;
  private final DeviceShape device;

  SortLowering(SortKernel kernel, Buffers buffers, DeviceShape device) {
    this.kernel = kernel;
    this.buffers = buffers;
    this.device = device;
    walk = Walk.from(List.of(new Store(kernel.target(), kernel.offset(), kernel.key())), List.of());
    outer = Runs.of(kernel.outer(), walk.indices());
    inner = Runs.of(kernel.inner(), walk.indices());
  }

  Lowered lower() {
    long length = inner.points();
    boolean isFew = kernel.count() <= MOST_SELECTED && kernel.count() <= length / 4;
    return isFew && length > SHORT ? select(length) : sort(length);
  }

  private Lowered sort(long length) {
    int group = Math.clamp(Long.highestOneBit(2 * Math.ceilDiv(length, ITEMS) - 1), 1, THREADS);
    String constants = "constexpr int GROUP = %d;\n".formatted(group);
    var entries = List.of("argsort_tiles", "argsort_merge");
    long workspace = length <= TILE ? 0 : 2 * outer.points() * length * itemBytes();
    return new Lowered(
        unit("argsort.cu", constants, entries), sorts(length, group), workspace, true);
  }

  private List<Lowered.Launch> sorts(long length, int group) {
    var launches = new ArrayList<Lowered.Launch>();
    int tiles = Math.toIntExact(Math.ceilDiv(length, ITEMS * group));
    long rows = Math.ceilDiv(outer.points(), THREADS / group);
    launches.add(Lowered.Launch.of("argsort_tiles", grid(tiles, rows)));
    int pass = 0;
    for (long width = TILE; width < length; width *= 2) {
      List<Lowered.Parameter> parameters =
          List.of(new Lowered.Parameter.Number((int) width), new Lowered.Parameter.Number(pass++));
      launches.add(new Lowered.Launch("argsort_merge", grid(tiles, outer.points()), parameters));
    }
    return launches;
  }

  private Lowered select(long length) {
    long wanted = Math.ceilDiv(2L * device.multiprocessors(), outer.points());
    int parts = Math.clamp(Math.min(wanted, length / PART), 1, MOST_PARTS);
    String constants = "constexpr int PARTS = %d;\n".formatted(parts);
    var entries = new ArrayList<>(List.of("argsort_select"));
    var launches = new ArrayList<Lowered.Launch>();
    launches.add(Lowered.Launch.of("argsort_select", grid(parts, outer.points())));
    if (parts > 1) {
      entries.add("argsort_select_parts");
      launches.add(Lowered.Launch.of("argsort_select_parts", grid(1, outer.points())));
    }
    long workspace = parts == 1 ? 0 : outer.points() * parts * kernel.count() * itemBytes();
    return new Lowered(unit("argsort_select.cu", constants, entries), launches, workspace, true);
  }

  private static LaunchGeometry grid(int blocks, long rows) {
    return new LaunchGeometry(blocks, (int) Math.min(MOST_GRID, rows), 1, THREADS, 1, 1, 0);
  }

  private boolean isLong() {
    DType dtype = kernel.key().dtype();
    return dtype == DType.F64 || dtype == DType.I64;
  }

  private int itemBytes() {
    return isLong() ? 16 : 8;
  }

  private KernelUnit unit(String template, String constants, List<String> entries) {
    long length = inner.points();
    var hole = new StringBuilder("#include \"expressions.cuh\"\n");
    hole.append(buffers.declarations(2 * outer.points() * length, true));
    hole.append(
        "constexpr Index OUTER = %d, LENGTH = %d, COUNT = %d;\n"
            .formatted(outer.points(), length, kernel.count()));
    hole.append(constants);
    hole.append("typedef %s Key;\n".formatted(isLong() ? "unsigned long long" : "unsigned"));
    hole.append(key(kernel.key().dtype())).append(place());
    return SourceText.unit(List.of(template), hole.toString(), entries);
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
}
