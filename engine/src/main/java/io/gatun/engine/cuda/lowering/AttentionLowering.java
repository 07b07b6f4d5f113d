package io.gatun.engine.cuda.lowering;

import io.gatun.graph.tensor.Shape;
import io.gatun.kernels.AttentionLaunch;
import io.gatun.kernels.AttentionShape;
import io.gatun.kernels.ElementType;
import java.util.ArrayList;
import java.util.List;

/// Lowers the claimed composites of attention, and of its gradient, to the templates of
/// `attention_*.cu`: the scores are never stored. Outputs that are not wanted go to the workspace.
final class AttentionLowering {
  private final Claimed call;
  private final Buffers buffers;
  private final Shape queries;
  private final Shape keys;
  private final int size;
  private final boolean isMasked;
  private final boolean isBiased;
  private final AttentionShape shape;
  private final ElementType element;

  /// The elements' type as the templates call it.
  private final String type;

  private long workspace;

  AttentionLowering(Claimed call, Buffers buffers) {
    this.call = call;
    this.buffers = buffers;
    queries = call.inputs().get(0).type().shape();
    keys = call.inputs().get(1).type().shape();
    size = queries.dim(queries.rank() - 1);
    element = ReadyCall.type(call.inputs().getFirst().type());
    type = element == ElementType.F32 ? "float" : element.text();
    isMasked = call.composite().name().contains(".masked");
    isBiased = call.composite().name().contains(".biased");
    shape =
        new AttentionShape(
            batches(),
            heads(queries),
            heads(keys),
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
    hole.append("DEVICE Attention<%s> arguments(const Buffers& buffers) {\n".formatted(type));
    operands(hole);
    rows(hole, "y", result(0, queries.size()), queries);
    hole.append("  a.log_sums = %s;\n  return a;\n}\n".formatted(sums()));
    var launch = AttentionLaunch.forward(shape, element);
    var given = isBiased ? "arguments(buffers), " + bias() : "arguments(buffers)";
    var launches = List.of(kernel(hole, "attention", launch, given));
    return lowered(List.of("templates_only.cuh", launch.file(), "scalar.cuh"), hole, launches);
  }

  private Lowered gradient() {
    int first = isMasked ? 5 : 4;
    var hole = new StringBuilder(buffers.declarations(0, true));
    hole.append("DEVICE Attention<%s> arguments(const Buffers& buffers) {\n".formatted(type));
    operands(hole);
    rows(hole, "y", "const_cast<%s*>(%s)".formatted(type, array(first)), queries);
    hole.append("  a.log_sums = const_cast<float*>(%s);\n".formatted(pointer(first + 1)));
    rows(hole, "dy", array(first + 2), queries);
    hole.append("  a.deltas = %s;\n".formatted(scratch("float", 4 * queries())));
    boolean wantsQueries = call.output(0).isPresent();
    boolean wantsKeys = call.output(1).isPresent() || call.output(2).isPresent();
    if (wantsQueries) rows(hole, "dq", result(0, queries.size()), queries);
    if (wantsKeys) {
      rows(hole, "dk", result(1, keys.size()), keys);
      rows(hole, "dv", result(2, keys.size()), keys);
    }
    hole.append("  return a;\n}\n");
    var launches = new ArrayList<Lowered.Launch>();
    var deltas = AttentionLaunch.deltas(shape, element);
    launches.add(kernel(hole, "deltas", deltas, "arguments(buffers), " + size));
    var ofQueries = AttentionLaunch.queryGradient(shape, element);
    var ofKeys = AttentionLaunch.keyGradient(shape, element);
    if (wantsQueries) launches.add(kernel(hole, "queries", ofQueries, "arguments(buffers)"));
    if (wantsKeys) launches.add(kernel(hole, "keys", ofKeys, "arguments(buffers)"));
    var files = List.of("templates_only.cuh", deltas.file(), ofKeys.file(), "scalar.cuh");
    return lowered(files, hole, launches);
  }

  private Lowered lowered(List<String> files, StringBuilder hole, List<Lowered.Launch> launches) {
    var entries = launches.stream().map(Lowered.Launch::entry).toList();
    var unit = SourceText.unit(files, hole.toString(), entries);
    return new Lowered(unit, launches, workspace, true);
  }

  /// Adds a kernel to the code, and returns its launch.
  private static Lowered.Launch kernel(
      StringBuilder hole, String name, AttentionLaunch launch, String arguments) {
    var geometry = launch.geometry();
    hole.append(
        "extern \"C\" __global__ __launch_bounds__(%d, %d) void %s(Buffers buffers) {\n"
            .formatted(geometry.threadsPerBlock(), launch.blocks(), name));
    hole.append("  %s(%s);\n}\n".formatted(launch.function(), arguments));
    return Lowered.Launch.of(name, geometry);
  }

  /// What the forward kernel and those of the gradient read alike.
  private void operands(StringBuilder hole) {
    hole.append("  Attention<%s> a = {};\n".formatted(type));
    rows(hole, "q", array(0), queries);
    rows(hole, "k", array(1), keys);
    rows(hole, "v", array(2), keys);
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

  /// What is added to the scores.
  private String bias() {
    return "Bias" + rows(pointer(4), call.inputs().get(4).type().shape());
  }

  /// Rows of the last axis; the axis of heads is the third from the right, all before it are one.
  private static void rows(StringBuilder hole, String name, String pointer, Shape shape) {
    hole.append("  a.%s = %s;\n".formatted(name, rows(pointer, shape)));
  }

  private static String rows(String pointer, Shape shape) {
    long row = shape.dim(shape.rank() - 1);
    long head = row * length(shape);
    return "{%s, %dll, %dll, %dll}".formatted(pointer, head * heads(shape), head, row);
  }

  private String pointer(int operand) {
    return Buffers.name(call.input(operand));
  }

  /// The pointer of an operand of the elements' type.
  private String array(int operand) {
    return "reinterpret_cast<const %s*>(%s)".formatted(type, pointer(operand));
  }

  /// Where an output of so many elements goes.
  private String result(int output, long elements) {
    return call.output(output)
        .map(b -> "reinterpret_cast<%s*>(%s)".formatted(type, Buffers.name(b)))
        .orElseGet(() -> scratch(type, element.bytes() * elements));
  }

  /// Where the logarithms of the sums go.
  private String sums() {
    return call.output(1).map(Buffers::name).orElseGet(() -> scratch("float", 4 * queries()));
  }

  /// Memory of the workspace, aligned to 16 bytes.
  private String scratch(String type, long bytes) {
    var pointer = "reinterpret_cast<%s*>(buffers.workspace + %dll)".formatted(type, workspace);
    workspace += Math.ceilDiv(bytes, 16) * 16;
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
