package io.gatun.ptx;

import io.gatun.cuda.LaunchGeometry;
import java.util.List;

/// One piece of a stream's work.
sealed interface StreamWork {
  /// Host memory to device memory.
  record ToDevice(long target, HostBytes source) implements StreamWork {}

  /// Device memory to host memory.
  record ToHost(HostBytes target, long source) implements StreamWork {}

  /// Device memory to device memory.
  record OnDevice(long target, long source, long bytes) implements StreamWork {}

  /// Sets each byte of a range.
  record Fill(long target, byte value, long bytes) implements StreamWork {}

  /// A kernel with its argument bytes, which nobody changes any more.
  record Launch(VirtualFunction function, LaunchGeometry geometry, byte[] arguments)
      implements StreamWork {}

  /// Gives memory back.
  record Free(long address) implements StreamWork {}

  /// Marks that the work before it is done.
  record Record(EventMark mark) implements StreamWork {}

  /// Holds the stream until a mark is reached.
  record Wait(EventMark mark) implements StreamWork {}

  /// All nodes of a graph, in an order that respects their edges.
  record Graph(List<GraphNode> nodes) implements StreamWork {}
}
