package io.gatun.ptx;

import java.util.List;

/// Work of a captured graph.
///
/// @param work what it does; no events and no graphs
/// @param after indices, below its own, of the nodes that must be done before
record GraphNode(StreamWork work, List<Integer> after) {
  GraphNode {
    after = List.copyOf(after);
  }

  /// Whether another node does the same but for its addresses, values and sizes.
  boolean hasFormOf(GraphNode other) {
    return after.equals(other.after)
        && work.getClass() == other.work.getClass()
        && (!(work instanceof StreamWork.Launch mine)
            || other.work instanceof StreamWork.Launch theirs
                && mine.function() == theirs.function());
  }
}
