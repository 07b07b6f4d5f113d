package io.gatun.graph.plan;

/// Where an argument or a result of a loop's body lies in each iteration.
public sealed interface Track {
  /// In iteration `n`, `start + n * stride` bytes into the array at a place of the enclosing plan:
  /// a slice of a sequence or of a stack, or, with stride 0, the same array in each iteration.
  record Moving(Place place, long start, long stride) implements Track {
    /// Whether it lies at one place in all iterations.
    public boolean isStill() {
      return stride == 0;
    }
  }

  /// In turn at one and the other place, so that a step reads what the one before it wrote while it
  /// writes. The last iteration uses `last`.
  record Alternating(Place last, Place other) implements Track {}

  /// In the first iteration at `first`, later where result number `result` of the body lay in the
  /// iteration before.
  record Carried(Place first, int result) implements Track {}
}
