package io.gatun.graph.kernel;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Node;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// An operation that no device code is generated for: the reference evaluator, or a device's own
/// kernel, computes `nodes`: one node, or several outputs of one call of a composite, by number.
public record ReferenceKernel(List<Node> nodes) implements Kernel {
  public ReferenceKernel {
    nodes = nodes.stream().sorted(Comparator.comparingInt(ReferenceKernel::output)).toList();
  }

  /// The operation of one node.
  public ReferenceKernel(Node node) {
    this(List.of(node));
  }

  private static int output(Node node) {
    return node.op() instanceof Composite composite ? composite.output() : 0;
  }

  /// The operation; the other nodes differ from this one in the output that they are.
  public Node node() {
    return nodes.getFirst();
  }

  @Override
  public List<Node> buffers() {
    return Stream.concat(node().inputs().stream().distinct(), nodes.stream()).toList();
  }

  @Override
  public List<Integer> written() {
    int end = buffers().size();
    return IntStream.range(end - nodes.size(), end).boxed().toList();
  }
}
