package io.gatun.ptx;

import java.util.ArrayDeque;
import java.util.Optional;

/// An ordered queue of work that is done when somebody waits for it.
final class VirtualStream {
  private final VirtualContext context;
  private final ArrayDeque<StreamWork> queue = new ArrayDeque<>();
  private Optional<Capture> capture = Optional.empty();

  VirtualStream(VirtualContext context) {
    this.context = context;
  }

  VirtualContext context() {
    return context;
  }

  void add(StreamWork work) {
    queue.add(work);
  }

  /// Whether its next work may be done now.
  boolean isReady() {
    return !isEmpty() && !(queue.peek() instanceof StreamWork.Wait);
  }

  StreamWork next() {
    return queue.remove();
  }

  /// Whether nothing is left to do; waits that are over are dropped.
  boolean isEmpty() {
    while (queue.peek() instanceof StreamWork.Wait wait && wait.mark().isReached()) {
      queue.remove();
    }
    return queue.isEmpty();
  }

  void clear() {
    queue.clear();
  }

  /// The capture that its work goes to; empty where it is done.
  Optional<Capture> capture() {
    return capture;
  }

  void captureTo(Optional<Capture> target) {
    capture = target;
  }
}
