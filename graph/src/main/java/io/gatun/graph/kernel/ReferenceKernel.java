package io.gatun.graph.kernel;

import io.gatun.graph.ir.Node;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// An operation that no device code is generated for: the reference evaluator computes `node`.
public record ReferenceKernel(Node node) implements Kernel {
  @Override
  public List<Node> buffers() {
    return Stream.concat(node.inputs().stream().distinct(), Stream.of(node)).toList();
  }

  @Override
  public List<Integer> written() {
    return IntStream.of(buffers().size() - 1).boxed().toList();
  }
}
