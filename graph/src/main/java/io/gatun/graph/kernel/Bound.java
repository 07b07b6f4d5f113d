package io.gatun.graph.kernel;

/// The condition `0 <= index < limit`, or, where `multiple` is above 1, also `index % multiple ==
/// 0`.
public record Bound(Index index, long limit, long multiple) {
  /// The same condition on another index.
  public Bound of(Index other) {
    return new Bound(other, limit, multiple);
  }

  /// True when the ranges of the variables already guarantee the condition.
  public boolean isCertain() {
    return index.min() >= 0 && index.max() < limit && index.mod(multiple).equals(Index.ZERO);
  }

  /// True when the ranges of the variables rule the condition out.
  boolean isImpossible() {
    return index.max() < 0 || index.min() >= limit;
  }

  @Override
  public String toString() {
    return "0<=" + index + "<" + limit + (multiple > 1 ? " and divisible by " + multiple : "");
  }
}
