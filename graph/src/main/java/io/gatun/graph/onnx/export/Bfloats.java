package io.gatun.graph.onnx.export;

import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Iota;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.pass.Rewriter;
import io.gatun.graph.tensor.DType;
import java.util.List;

/// Graphs whose operations on `bf16`, which ONNX mostly has no operators for, are done in `f32` and
/// rounded.
final class Bfloats {
  private Bfloats() {}

  static Graph widened(Graph graph) {
    if (graph.nodes().stream().noneMatch(node -> node.type().dtype() == DType.BF16)) return graph;
    var rewriter = new Rewriter(graph);
    return rewriter.run((node, operands) -> widened(rewriter.builder(), node, operands));
  }

  private static Node widened(GraphBuilder builder, Node node, List<Node> operands) {
    boolean has =
        node.type().dtype() == DType.BF16
            || operands.stream().anyMatch(operand -> operand.type().dtype() == DType.BF16);
    if (!has) return builder.add(node.op(), operands);
    return switch (node.op()) {
      case Composite composite ->
          builder.inline(widened(composite.body()), operands).get(composite.output());
      case Iota(var type, int axis) ->
          builder.add(new Cast(DType.BF16), builder.add(new Iota(type.with(DType.F32), axis)));
      case Input _, Constant _, Cast _, Scan _ -> builder.add(node.op(), operands);
      case Op op -> {
        var wide =
            operands.stream()
                .map(
                    operand ->
                        operand.type().dtype() == DType.BF16
                            ? builder.add(new Cast(DType.F32), operand)
                            : operand)
                .toList();
        Node value = builder.add(op, wide);
        yield node.type().dtype() == DType.BF16 ? builder.add(new Cast(DType.BF16), value) : value;
      }
    };
  }
}
