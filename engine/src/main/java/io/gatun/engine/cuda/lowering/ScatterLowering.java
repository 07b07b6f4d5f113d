package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.LaunchGeometry;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.ScatterKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.DType;
import java.util.List;
import java.util.function.BiPredicate;

/// Lowers scatters to the template `scatter.cu`.
final class ScatterLowering {
  private static final int MOST_GRID = 65535;

  /// Warps for which the rows are cut; more of them read the points more often.
  private static final int WARPS_PER_MULTIPROCESSOR = 16;

  private final ScatterKernel kernel;
  private final Buffers buffers;
  private final Walk walk;
  private final Runs outer;
  private final Runs points;
  private final Runs inner;
  private final boolean isInPlace;
  private final DeviceShape device;

  /// @param share whether two buffers of the kernel share their memory
  ScatterLowering(
      ScatterKernel kernel,
      Buffers buffers,
      BiPredicate<Integer, Integer> share,
      DeviceShape device) {
    this.kernel = kernel;
    this.buffers = buffers;
    this.device = device;
    walk =
        Walk.from(
            List.of(new Store(kernel.target(), kernel.offset(), kernel.base())),
            List.of(kernel.index(), kernel.update()));
    outer = Runs.of(kernel.outer(), walk.indices());
    points = Runs.of(kernel.points(), walk.indices());
    inner = Runs.of(kernel.inner(), walk.indices());
    isInPlace =
        kernel.base().op() instanceof ExprOp.Load(int buffer, _, _)
            && share.test(buffer, kernel.target());
  }

  Lowered lower() {
    long rows = kernel.row().extent();
    long slices = outer.points() * Math.ceilDiv(Math.max(1, inner.points()), 32);
    long warps = (long) WARPS_PER_MULTIPROCESSOR * device.multiprocessors();
    long tile = Math.max(1, rows * slices / warps);
    var hole = new StringBuilder("#include \"expressions.cuh\"\n");
    long all = Math.max(points.points() * inner.points(), rows * inner.points()) * outer.points();
    hole.append(buffers.declarations(all, false));
    hole.append(
        "constexpr Index OUTER = %d, ROWS = %d, POINTS = %d, INNER = %d, TILE = %d;\n"
            .formatted(outer.points(), rows, points.points(), inner.points(), tile));
    boolean isByLane = kernel.index().anyVar(kernel.inner()::contains);
    hole.append("constexpr bool IN_PLACE = %s, BY_LANE = %s;\n".formatted(isInPlace, isByLane));
    hole.append(rowOf(rows)).append(fill()).append(update());
    var unit = SourceText.unit(List.of("scatter.cu"), hole.toString(), List.of("scatter"));
    var geometry =
        new LaunchGeometry(
            Math.toIntExact(Math.ceilDiv(rows, tile)),
            (int) Math.min(MOST_GRID, Math.ceilDiv(inner.points(), 32)),
            (int) Math.min(MOST_GRID, outer.points()),
            32,
            1,
            1,
            0);
    return Lowered.of(unit, Lowered.Launch.of("scatter", geometry));
  }

  private String rowOf(long rows) {
    var program = program();
    String index = program.value(kernel.index());
    return "DEVICE Index row_of(const Buffers& buffers, Index at_outer, Index at_point, Index"
        + " at_inner) {\n"
        + outer.declarations("at_outer", "  ")
        + points.declarations("at_point", "  ")
        + inner.declarations("at_inner", "  ")
        + program.text()
        + "  return clamp_index<Index>(%s, %d);\n}\n".formatted(index, rows);
  }

  private String fill() {
    var program = program();
    program.stores(List.of(new Store(kernel.target(), kernel.offset(), kernel.base())));
    return "DEVICE void fill(const Buffers& buffers, Index at_outer, Index row, Index at_inner) {\n"
        + outer.declarations("at_outer", "  ")
        + inner.declarations("at_inner", "  ")
        + program.text()
        + "}\n";
  }

  private String update() {
    var program = program();
    String element = buffers.element(kernel.target(), program.index(kernel.offset()));
    DType dtype = kernel.update().dtype();
    String old = CudaTypes.fromMemory(dtype, "target");
    String sum = new Arithmetic(dtype).binary(Binary.Kind.ADD, old, program.value(kernel.update()));
    String type = CudaTypes.memory(dtype);
    return "DEVICE void update(\n"
        + "    const Buffers& buffers, Index at_outer, Index row, Index at_point, Index"
        + " at_inner) {\n"
        + outer.declarations("at_outer", "  ")
        + points.declarations("at_point", "  ")
        + inner.declarations("at_inner", "  ")
        + program.text()
        + "  %s& target = %s;\n".formatted(type, element)
        + "  target = %s;\n}\n".formatted(CudaTypes.toMemory(dtype, "(" + sum + ")"));
  }

  private Program program() {
    return new Program(buffers, walk, Program.Lanes.ONE, this::variable, "  ");
  }

  private String variable(Var v) {
    boolean isBound =
        v.equals(kernel.row())
            || outer.variables().contains(v)
            || points.variables().contains(v)
            || inner.variables().contains(v);
    return isBound ? (v.equals(kernel.row()) ? "row" : v.name()) : "0";
  }
}
