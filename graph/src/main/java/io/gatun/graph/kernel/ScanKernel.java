package io.gatun.graph.kernel;

import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Scan;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A loop over time: `results` are results of one [Scan], in the order of their numbers. Its body
/// is planned as a graph of its own, so that a device runs a plan's kernels again and again.
public record ScanKernel(List<Node> results) implements Kernel {
  public ScanKernel {
    results = List.copyOf(results);
  }

  /// The loop, as of its first result.
  public Scan scan() {
    return (Scan) results.getFirst().op();
  }

  /// The operands of the loop, in order.
  public List<Node> operands() {
    return results.getFirst().inputs();
  }

  @Override
  public List<Node> buffers() {
    return Stream.concat(operands().stream().distinct(), results.stream()).toList();
  }

  @Override
  public List<Integer> written() {
    int reads = buffers().size() - results.size();
    return IntStream.range(reads, reads + results.size()).boxed().toList();
  }
}
