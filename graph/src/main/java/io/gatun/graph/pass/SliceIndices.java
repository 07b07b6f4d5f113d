package io.gatun.graph.pass;

import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Gives a loop whose sequence is rows of a table the table and a sequence of indices: each step
/// reads the rows where they lie, and the sequence is never stored.
public record SliceIndices() implements Pass {
  @Override
  public String name() {
    return "slice-indices";
  }

  @Override
  public Graph run(Graph graph) {
    if (graph.nodes().stream().noneMatch(n -> n.op() instanceof Scan)) return graph;
    var bodies = new IdentityHashMap<Graph, Map<List<Integer>, Graph>>();
    var rewriter = new Rewriter(graph);
    return rewriter.run(
        (node, operands) -> {
          if (!(node.op() instanceof Scan scan)) return rewriter.builder().add(node.op(), operands);
          var rows = new ArrayList<Integer>();
          for (int i = 0; i < operands.size(); i++) {
            if (scan.isSequence(i) && isRows(operands.get(i))) rows.add(i);
          }
          if (rows.isEmpty()) return rewriter.builder().add(scan, operands);
          var body =
              bodies
                  .computeIfAbsent(scan.body(), _ -> new HashMap<>())
                  .computeIfAbsent(rows, _ -> body(scan, operands, rows));
          var changed = new ArrayList<>(operands);
          for (int i : rows) {
            changed.set(i, operands.get(i).input(1));
            changed.add(operands.get(i).input(0));
          }
          return rewriter.builder().add(scan.withBody(body), changed);
        });
  }

  private static boolean isRows(Node node) {
    return GatherRules.isRows(node) && node.input(1).type().shape().rank() > 0;
  }

  /// The body with indices for the slices `rows`, and their tables as further inputs.
  private static Graph body(Scan scan, List<Node> operands, List<Integer> rows) {
    var builder = new GraphBuilder();
    var inputs = new ArrayList<Node>();
    for (int i = 0; i < operands.size(); i++) {
      var input = (Input) scan.body().inputs().get(i).op();
      var type = rows.contains(i) ? slice(operands.get(i).input(1).type()) : input.type();
      inputs.add(builder.add(new Input(input.name(), type)));
    }
    for (int i : rows) {
      var table = operands.get(i).input(0).type();
      var input = builder.add(new Input("table of " + ((Input) inputs.get(i).op()).name(), table));
      inputs.set(i, builder.add(new Gather(0, false), input, inputs.get(i)));
    }
    var results = builder.inline(scan.body(), inputs);
    var outputs = new ArrayList<Output>();
    for (int i = 0; i < results.size(); i++) {
      outputs.add(Output.of(scan.body().outputs().get(i).name(), results.get(i)));
    }
    return builder.build(outputs);
  }

  private static TensorType slice(TensorType type) {
    return type.with(type.shape().without(List.of(0)));
  }
}
