package io.gatun.engine.cuda.lowering;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.ReferenceKernel;
import java.util.List;
import java.util.Optional;

/// A call of a composite that the device has kernels for, with those of its outputs that are
/// wanted.
///
/// @param kernel the call in the plan
/// @param composite with any of the outputs
public record Claimed(ReferenceKernel kernel, Composite composite) {
  /// The call; empty where the operation is no composite.
  public static Optional<Claimed> of(ReferenceKernel kernel) {
    return kernel.node().op() instanceof Composite composite
        ? Optional.of(new Claimed(kernel, composite))
        : Optional.empty();
  }

  /// Whether it is attention or its gradient, whose kernels are compiled for their sizes.
  public boolean isAttention() {
    return composite.name().startsWith("attention");
  }

  /// The operands.
  public List<Node> inputs() {
    return kernel.node().inputs();
  }

  /// The arrays that it reads, each once, then those that it writes.
  public List<Node> buffers() {
    return kernel.buffers();
  }

  /// The position of an operand among the buffers.
  int input(int operand) {
    return buffers().indexOf(inputs().get(operand));
  }

  /// The position of an output among the buffers; empty where it is not wanted.
  Optional<Integer> output(int output) {
    return kernel.nodes().stream()
        .filter(n -> ((Composite) n.op()).output() == output)
        .findFirst()
        .map(n -> buffers().indexOf(n));
  }
}
