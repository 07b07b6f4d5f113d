package io.gatun.engine.cpu;

import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// The nodes of one contraction under test.
abstract class ContractNodes {
  private final GraphBuilder graph = new GraphBuilder();
  final List<Node> nodes = new ArrayList<>();
  private int inputs;

  Node input(DType dtype, int... dims) {
    return graph.add(new Input("x" + inputs++, TensorType.of(dtype, dims)));
  }

  Node input(int... dims) {
    return input(DType.F32, dims);
  }

  Node add(Op op, Node... operands) {
    var node = graph.add(op, operands);
    if (!nodes.contains(node)) nodes.add(node);
    return node;
  }
}
