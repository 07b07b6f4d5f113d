package io.gatun.engine.cuda.lowering;

import io.gatun.cuda.LaunchGeometry;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.ReferenceKernel;
import io.gatun.graph.tensor.Shape;
import java.util.List;

/// Lowers the claimed composites of attention to the templates of `attention_forward_f32.cu`: the
/// scores are never stored. Each of the two outputs is a kernel of its own, which leaves the other
/// in the workspace.
final class AttentionLowering {
  private static final int ROWS = 64;
  private static final int THREADS = 128;

  private final ReferenceKernel kernel;
  private final Composite composite;
  private final Buffers buffers;
  private final Shape queries;
  private final Shape keys;
  private final int size;

  AttentionLowering(ReferenceKernel kernel, Composite composite, Buffers buffers) {
    this.kernel = kernel;
    this.composite = composite;
    this.buffers = buffers;
    queries = kernel.node().input(0).type().shape();
    keys = kernel.node().input(1).type().shape();
    size = queries.dim(queries.rank() - 1);
  }

  Lowered lower() {
    int tile = size == 128 ? 32 : 64;
    int resident = size == 128 ? 2 : 3;
    var hole = new StringBuilder(buffers.declarations(0, true));
    hole.append(
        "extern \"C\" __global__ __launch_bounds__(%d, %d) void attention(Buffers buffers) {\n"
            .formatted(THREADS, resident));
    hole.append("  Attention<float> a = {};\n");
    rows(hole, "q", pointer(0), queries);
    rows(hole, "k", pointer(1), keys);
    rows(hole, "v", pointer(2), keys);
    boolean isSums = composite.output() == 1;
    String result = Buffers.name(kernel.buffers().size() - 1);
    String other = "reinterpret_cast<float*>(buffers.workspace)";
    rows(hole, "y", isSums ? other : result, queries);
    hole.append("  a.log_sums = %s;\n".formatted(isSums ? result : other));
    if (composite.name().equals("attention.masked")) {
      var mask = kernel.node().input(4).type().shape();
      rows(hole, "mask", "reinterpret_cast<const unsigned char*>(" + pointer(4) + ")", mask);
    }
    hole.append(
        "  a.batches = %d; a.heads = %d; a.key_heads = %d; a.queries = %d; a.keys = %d;\n"
            .formatted(batches(), heads(), heads(), length(queries), length(keys)));
    hole.append("  a.causal = %d;\n".formatted(composite.name().endsWith("causal") ? 1 : 0));
    hole.append("  a.scale = *%s;\n".formatted(pointer(3)));
    hole.append(
        "  attention_forward<AttentionTile<%d, %d, %d>>(a);\n}\n".formatted(size, ROWS, tile));
    var unit =
        SourceText.unit(
            List.of("templates_only.cuh", "attention_forward_f32.cu", "scalar.cuh"),
            hole.toString(),
            List.of("attention"));
    int pitch = size + 4;
    int shared = 4 * (ROWS * pitch + 2 * tile * pitch + ROWS * (tile + 16));
    var geometry =
        new LaunchGeometry(
            Math.ceilDiv(length(queries), ROWS), heads(), batches(), THREADS, 1, 1, shared);
    long rows = queries.size() / size;
    long workspace = 4 * (isSums ? queries.size() : rows);
    return new Lowered(unit, List.of(Lowered.Launch.of("attention", geometry)), workspace, true);
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
    Node node = kernel.node().input(operand);
    return Buffers.name(kernel.buffers().indexOf(node));
  }

  private static int length(Shape shape) {
    return shape.dim(shape.rank() - 2);
  }

  private static int heads(Shape shape) {
    return shape.rank() > 2 ? shape.dim(shape.rank() - 3) : 1;
  }

  private int heads() {
    return heads(queries);
  }

  private int batches() {
    int batches = 1;
    for (int axis = 0; axis < queries.rank() - 3; axis++) batches *= queries.dim(axis);
    return batches;
  }
}
