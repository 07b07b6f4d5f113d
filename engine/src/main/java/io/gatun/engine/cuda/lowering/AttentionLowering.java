package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.LaunchGeometry;
import io.gatun.graph.tensor.Shape;
import io.gatun.kernels.AttentionLaunch;
import io.gatun.kernels.AttentionShape;
import io.gatun.kernels.ElementType;
import java.util.ArrayList;
import java.util.List;

/// Lowers the claimed composites of attention, and of its gradient, to the templates of
/// `attention_*.cu`: the scores are never stored. Outputs that are not wanted go to the workspace.
final class AttentionLowering {
  private static final int THREADS = 128;
  private static final List<String> GRADIENT =
      List.of("templates_only.cuh", "attention_deltas.cu", "attention_backward_f32.cu");

  private final Claimed call;
  private final Buffers buffers;
  private final Shape queries;
  private final Shape keys;
  private final int size;
  private final boolean isMasked;
  private final AttentionShape shape;
  private long workspace;

  AttentionLowering(Claimed call, Buffers buffers) {
    this.call = call;
    this.buffers = buffers;
    queries = call.inputs().get(0).type().shape();
    keys = call.inputs().get(1).type().shape();
    size = queries.dim(queries.rank() - 1);
    isMasked = call.composite().name().contains(".masked");
    shape =
        new AttentionShape(
            batches(),
            heads(queries),
            heads(queries),
            length(queries),
            length(keys),
            size,
            call.composite().name().contains(".causal"),
            1);
  }

  Lowered lower() {
    return call.composite().name().endsWith(".gradient") ? gradient() : forward();
  }

  private Lowered forward() {
    var hole = new StringBuilder(buffers.declarations(0, true));
    hole.append("DEVICE Attention<float> arguments(const Buffers& buffers) {\n");
    operands(hole);
    rows(hole, "y", result(0, queries.size()), queries);
    hole.append("  a.log_sums = %s;\n  return a;\n}\n".formatted(result(1, queries())));
    int tile = size == 128 ? 32 : 64;
    int resident = size == 128 ? 2 : 3;
    kernel(hole, "attention", resident, "attention_forward<AttentionTile<%d, 64, %d>>(a)", tile);
    return lowered(
        List.of("templates_only.cuh", "attention_forward_f32.cu", "scalar.cuh"),
        hole,
        List.of(
            Lowered.Launch.of(
                "attention", AttentionLaunch.forward(shape, ElementType.F32).geometry())));
  }

  private Lowered gradient() {
    int first = isMasked ? 5 : 4;
    var hole = new StringBuilder(buffers.declarations(0, true));
    hole.append("DEVICE Attention<float> arguments(const Buffers& buffers) {\n");
    operands(hole);
    rows(hole, "y", "const_cast<float*>(" + pointer(first) + ")", queries);
    hole.append("  a.log_sums = const_cast<float*>(%s);\n".formatted(pointer(first + 1)));
    rows(hole, "dy", pointer(first + 2), queries);
    hole.append("  a.deltas = %s;\n".formatted(scratch(queries())));
    boolean wantsQueries = call.output(0).isPresent();
    boolean wantsKeys = call.output(1).isPresent() || call.output(2).isPresent();
    if (wantsQueries) rows(hole, "dq", result(0, queries.size()), queries);
    if (wantsKeys) {
      rows(hole, "dk", result(1, keys.size()), keys);
      rows(hole, "dv", result(2, keys.size()), keys);
    }
    hole.append("  return a;\n}\n");
    hole.append(
        "extern \"C\" __global__ __launch_bounds__(256, 4) void deltas(Buffers buffers) {\n");
    hole.append("  attention_deltas(arguments(buffers), %d);\n}\n".formatted(size));
    var launches = new ArrayList<Lowered.Launch>();
    launches.add(launch("deltas", AttentionLaunch.deltas(shape, ElementType.F32)));
    int rows = size == 128 ? 32 : 64;
    if (wantsQueries) {
      kernel(hole, "queries", 3, "query_gradient<AttentionTile<%d, %d, 32>>(a)", rows);
      launches.add(launch("queries", AttentionLaunch.queryGradient(shape, ElementType.F32)));
    }
    if (wantsKeys) {
      kernel(hole, "keys", 3, "key_gradient<AttentionTile<%d, %d, 32>>(a)", rows);
      launches.add(launch("keys", AttentionLaunch.keyGradient(shape, ElementType.F32)));
    }
    var files = new ArrayList<>(GRADIENT);
    files.add("scalar.cuh");
    return lowered(files, hole, launches);
  }

  private static Lowered.Launch launch(String entry, AttentionLaunch launch) {
    LaunchGeometry geometry = launch.geometry();
    return Lowered.Launch.of(entry, geometry);
  }

  private Lowered lowered(List<String> files, StringBuilder hole, List<Lowered.Launch> launches) {
    var entries = launches.stream().map(Lowered.Launch::entry).toList();
    var unit = SourceText.unit(files, hole.toString(), entries);
    return new Lowered(unit, launches, workspace, true);
  }

  private void kernel(StringBuilder hole, String name, int resident, String body, int tile) {
    hole.append(
        "extern \"C\" __global__ __launch_bounds__(%d, %d) void %s(Buffers buffers) {\n"
            .formatted(THREADS, resident, name));
    hole.append("  auto a = arguments(buffers);\n");
    hole.append("  ").append(body.formatted(size, tile)).append(";\n}\n");
  }

  /// What the forward kernel and those of the gradient read alike.
  private void operands(StringBuilder hole) {
    hole.append("  Attention<float> a = {};\n");
    rows(hole, "q", pointer(0), queries);
    rows(hole, "k", pointer(1), keys);
    rows(hole, "v", pointer(2), keys);
    if (isMasked) {
      var mask = call.inputs().get(4).type().shape();
      rows(hole, "mask", "reinterpret_cast<const unsigned char*>(" + pointer(4) + ")", mask);
    }
    hole.append(
        "  a.batches = %d; a.heads = %d; a.key_heads = %d; a.queries = %d; a.keys = %d;\n"
            .formatted(
                shape.batches(), shape.heads(), shape.keyHeads(), shape.queries(), shape.keys()));
    hole.append("  a.causal = %d;\n".formatted(shape.causal() ? 1 : 0));
    hole.append("  a.scale = *%s;\n".formatted(pointer(3)));
  }

  /// Rows of the last axis; the axis of heads is the third from the right, all before it are one.
  private static void rows(StringBuilder hole, String name, String pointer, Shape shape) {
    long row = shape.dim(shape.rank() - 1);
    long head = row * length(shape);
    hole.append(
        "  a.%s = {%s, %dll, %dll, %dll};\n"
            .formatted(name, pointer, head * heads(shape), head, row));
  }

  private String pointer(int operand) {
    return Buffers.name(call.input(operand));
  }

  /// Where an output of so many elements goes.
  private String result(int output, long elements) {
    return call.output(output).map(Buffers::name).orElseGet(() -> scratch(elements));
  }

  /// Memory of the workspace for so many numbers, aligned to 16 bytes.
  private String scratch(long elements) {
    var pointer = "reinterpret_cast<float*>(buffers.workspace + %dll)".formatted(workspace);
    workspace += Math.ceilDiv(4 * elements, 16) * 16;
    return pointer;
  }

  /// How many queries there are in all.
  private long queries() {
    return queries.size() / size;
  }

  private static int length(Shape shape) {
    return shape.dim(shape.rank() - 2);
  }

  private static int heads(Shape shape) {
    return shape.rank() > 2 ? shape.dim(shape.rank() - 3) : 1;
  }

  private int batches() {
    int batches = 1;
    for (int axis = 0; axis < queries.rank() - 3; axis++) batches *= queries.dim(axis);
    return batches;
  }
}
