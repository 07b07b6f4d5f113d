package io.gatun.engine.cuda.lowering;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.ReferenceKernel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A call of a composite that the device has kernels for, with those of its outputs that are wanted
/// together.
///
/// @param outputs by number
public record Claimed(Composite composite, List<Node> inputs, Map<Integer, Node> outputs) {
  public Claimed {
    inputs = List.copyOf(inputs);
    outputs = new TreeMap<>(outputs);
  }

  /// The call of one output; empty where the operation is no composite.
  public static Optional<Claimed> of(ReferenceKernel kernel) {
    var node = kernel.node();
    return node.op() instanceof Composite composite
        ? Optional.of(new Claimed(composite, node.inputs(), Map.of(composite.output(), node)))
        : Optional.empty();
  }

  /// Whether it is attention or its gradient, whose kernels are compiled for their sizes.
  public boolean isAttention() {
    return composite.name().startsWith("attention");
  }

  /// Whether another call is of the same function with the same operands.
  public boolean isSameCall(Claimed other) {
    return inputs.equals(other.inputs)
        && composite.withOutput(0).equals(other.composite.withOutput(0));
  }

  /// This call with the outputs of another that is the same.
  public Claimed with(Claimed other) {
    var all = new TreeMap<>(outputs);
    all.putAll(other.outputs);
    return new Claimed(composite, inputs, all);
  }

  /// The arrays that it reads, each once, then those that it writes.
  public List<Node> buffers() {
    var buffers = new ArrayList<>(inputs.stream().distinct().toList());
    buffers.addAll(outputs.values());
    return buffers;
  }

  /// Positions in [#buffers] of what it writes.
  List<Integer> written() {
    int count = buffers().size();
    return IntStream.range(count - outputs.size(), count).boxed().toList();
  }

  /// The position of an operand among the buffers.
  int input(int operand) {
    return buffers().indexOf(inputs.get(operand));
  }

  /// The position of an output among the buffers; empty where it is not wanted.
  Optional<Integer> output(int output) {
    return Optional.ofNullable(outputs.get(output)).map(node -> buffers().indexOf(node));
  }

  /// The outputs that are wanted.
  public Collection<Node> wanted() {
    return outputs.values();
  }
}
