package io.gatun.graph.pass;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;

/// Takes from loops what nobody needs: outputs that are not read, carries that go nowhere or never
/// change, operands without a reader or given twice, last values of carries that are stacked, too.
public record PruneScans() implements Pass {
  @Override
  public String name() {
    return "prune-scans";
  }

  @Override
  public Graph run(Graph graph) {
    var pruned = new HashMap<Bodies.Loop, PrunedScan>();
    Bodies.loops(graph).forEach((loop, results) -> pruned.put(loop, PrunedScan.of(loop, results)));
    if (pruned.isEmpty()) return graph;
    var rewriter = new Rewriter(graph);
    return rewriter.run(
        (node, operands) ->
            node.op() instanceof Scan scan
                ? result(rewriter.builder(), pruned.get(Bodies.Loop.of(node)), scan, operands)
                : rewriter.builder().add(node.op(), operands));
  }

  private static Node result(
      GraphBuilder builder, PrunedScan pruned, Scan old, List<Node> operands) {
    return switch (pruned.results().get(old.output())) {
      case PrunedScan.Same.Operand(int operand) -> operands.get(operand);
      case PrunedScan.Same.Result(int result) -> result(builder, pruned, result, operands);
      case PrunedScan.Same.Last(int stack) -> {
        var array = result(builder, pruned, stack, operands);
        yield builder.add(
            new Reshape(old.resultType(old.output()).shape()),
            builder.add(slice(array.type().shape(), old.time(old.length() - 1)), array));
      }
    };
  }

  private static Node result(
      GraphBuilder builder, PrunedScan pruned, int result, List<Node> operands) {
    var kept = pruned.operands().stream().map(operands::get).toList();
    return builder.add(pruned.scan().withOutput(result), kept);
  }

  /// One index of the leading axis.
  private static Slice slice(Shape shape, int index) {
    var starts = new ArrayList<>(Collections.nCopies(shape.rank(), 0));
    var limits = new ArrayList<>(shape.dims());
    starts.set(0, index);
    limits.set(0, index + 1);
    return new Slice(starts, limits, Collections.nCopies(shape.rank(), 1));
  }
}
