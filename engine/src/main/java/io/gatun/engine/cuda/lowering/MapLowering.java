package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.LaunchGeometry;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import java.util.List;
import java.util.function.Function;

/// Lowers loops without inner variables to the template `map.cu`.
final class MapLowering {
  private static final int THREADS = 256;

  private final Buffers buffers;
  private final List<Store> stores;
  private final Walk walk;
  private final Runs runs;
  private final DeviceShape device;

  MapLowering(LoopKernel kernel, Buffers buffers, DeviceShape device) {
    this.buffers = buffers;
    this.stores = kernel.stages().getFirst().stores();
    this.walk = Walk.from(stores, List.of());
    this.runs = Runs.of(kernel.outer(), walk.indices());
    this.device = device;
  }

  Lowered lower() {
    int lanes = lanes();
    long points = runs.points();
    var hole = new StringBuilder("#include \"expressions.cuh\"\n");
    hole.append(buffers.declarations(points, false));
    hole.append(
        "constexpr Index POINTS = %d;\nconstexpr int LANES = %d;\n".formatted(points, lanes));
    hole.append(functions(lanes));
    var unit = SourceText.unit(List.of("map.cu"), hole.toString(), List.of("map"));
    long threads = Math.max(1, points / lanes);
    int blocks = device.blocks(Math.ceilDiv(threads, THREADS), THREADS);
    return Lowered.of(unit, Lowered.Launch.of("map", LaunchGeometry.of(blocks, THREADS)));
  }

  /// The functions `points` and `point` of the template.
  String functions(int lanes) {
    return function("points", lanes) + function("point", 1);
  }

  private String function(String name, int lanes) {
    Function<Var, String> variable = v -> runs.variables().contains(v) ? v.name() : "0";
    var program = new Program(buffers, walk, along(lanes), variable, "  ");
    program.stores(stores);
    return "DEVICE void %s(const Buffers& buffers, Index at) {\n%s%s}\n"
        .formatted(name, runs.declarations("at", "  "), program.text());
  }

  private Program.Lanes along(int lanes) {
    return lanes == 1 ? Program.Lanes.ONE : new Program.Lanes(runs.runs().getLast().inner(), lanes);
  }

  /// As many lanes as fill a vector of the widest element, if every store and no less than half of
  /// the loads are vectors then.
  int lanes() {
    if (runs.runs().isEmpty()) return 1;
    int bytes =
        stores.stream().mapToInt(s -> buffers.type(s.buffer()).dtype().bytes()).max().orElse(1);
    for (var expr : walk.exprs()) {
      if (expr.op() instanceof ExprOp.Load(int buffer, _, _)) {
        bytes = Math.max(bytes, buffers.type(buffer).dtype().bytes());
      }
    }
    for (int lanes = Math.min(8, Buffers.VECTOR_BYTES / bytes); lanes > 1; lanes /= 2) {
      if (fits(lanes)) return lanes;
    }
    return 1;
  }

  private boolean fits(int lanes) {
    var last = runs.runs().getLast();
    // Only where everything is one run may the last vector be incomplete.
    if (last.extent() % lanes != 0 && runs.runs().size() > 1) return false;
    var along = along(lanes);
    if (!stores.stream().allMatch(s -> buffers.isVector(s.buffer(), s.offset(), along)))
      return false;
    int vectors = 0;
    int others = 0;
    for (var expr : walk.exprs()) {
      if (expr.op() instanceof ExprOp.Load(int buffer, var offset, _)
          && expr.anyVar(along.variable()::equals)) {
        if (buffers.isVector(buffer, offset, along)) vectors++;
        else others++;
      }
    }
    return others <= vectors;
  }
}
