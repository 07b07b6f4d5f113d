package io.gatun.graph.kernel;

import io.gatun.graph.ir.Node;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/// Loops of one program over different arrays, independent of each other, in one launch: the steps
/// of an optimizer over all parameters, the squares of all gradients. Each loop has a
/// [LoopPattern], and these are alike.
///
/// @param buffers those of all loops, each once
public record LoopsKernel(List<Node> buffers, List<LoopKernel> loops) implements Kernel {
  public LoopsKernel {
    buffers = List.copyOf(buffers);
    loops = List.copyOf(loops);
  }

  /// These loops as one kernel.
  public static LoopsKernel of(List<LoopKernel> loops) {
    return new LoopsKernel(
        loops.stream().flatMap(l -> l.buffers().stream()).distinct().toList(), loops);
  }

  @Override
  public List<Integer> written() {
    var written = new HashSet<Node>();
    for (LoopKernel loop : loops) {
      for (int buffer : loop.written()) written.add(loop.buffers().get(buffer));
    }
    return IntStream.range(0, buffers.size())
        .filter(b -> written.contains(buffers.get(b)))
        .boxed()
        .toList();
  }
}
