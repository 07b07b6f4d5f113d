package io.gatun.ptx;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A graph that is being captured from a stream and from those that its events drew in.
final class Capture {
  private final VirtualStream origin;
  private final Thread thread = Thread.currentThread();
  private final List<GraphNode> nodes = new ArrayList<>();

  /// Of each stream that takes part: the nodes that its next one must wait for.
  private final Map<VirtualStream, Set<Integer>> ends = new LinkedHashMap<>();

  private String invalidBy = "";

  Capture(VirtualStream origin) {
    this.origin = origin;
    join(origin, Set.of());
  }

  /// Draws a stream in, or lets one that takes part wait for more nodes.
  void join(VirtualStream stream, Set<Integer> after) {
    ends.computeIfAbsent(stream, added -> new TreeSet<>()).addAll(after);
    stream.captureTo(Optional.of(this));
  }

  void add(VirtualStream stream, StreamWork work) {
    nodes.add(new GraphNode(work, List.copyOf(ends.get(stream))));
    ends.put(stream, new TreeSet<>(Set.of(nodes.size() - 1)));
  }

  /// What an event that is recorded now in this stream stands for.
  Set<Integer> endsOf(VirtualStream stream) {
    return Set.copyOf(ends.get(stream));
  }

  /// Whether calls of this thread must not wait for the device meanwhile
  /// (`CU_STREAM_CAPTURE_MODE_THREAD_LOCAL`).
  boolean isOf(Thread caller) {
    return thread == caller;
  }

  /// Spoils the capture: a call that cannot be part of a graph was made.
  void invalidate(String call) {
    invalidBy = call;
  }

  /// Ends the capture.
  List<GraphNode> end(String call, VirtualStream stream) {
    if (stream != origin) {
      throw new CudaException(
          call, CudaResult.STREAM_CAPTURE_UNMATCHED, "the capture was begun on another stream");
    }
    ends.keySet().forEach(member -> member.captureTo(Optional.empty()));
    if (!invalidBy.isEmpty()) {
      throw new CudaException(
          call, CudaResult.STREAM_CAPTURE_INVALIDATED, "the capture was spoilt by " + invalidBy);
    }
    var before = before(ends.get(origin));
    if (!ends.values().stream().allMatch(before::containsAll)) {
      throw new CudaException(
          call,
          CudaResult.STREAM_CAPTURE_UNJOINED,
          "work of another stream was captured that this stream does not wait for; record an event"
              + " there and wait for it here");
    }
    return List.copyOf(nodes);
  }

  /// These nodes and all before them.
  private Set<Integer> before(Set<Integer> last) {
    var all = new HashSet<>(last);
    for (var i = nodes.size() - 1; i >= 0; i--) {
      if (all.contains(i)) {
        all.addAll(nodes.get(i).after());
      }
    }
    return all;
  }
}
