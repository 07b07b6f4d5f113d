package io.gatun.graph.onnx.export;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A number that is `factor` times a dimension plus `offset`.
record Follower(long factor, long offset) {
  /// What these numbers, each for one size of the dimension, have in common.
  static Optional<Follower> of(List<Integer> sizes, List<Long> numbers) {
    long step = sizes.get(1) - sizes.get(0);
    long difference = numbers.get(1) - numbers.get(0);
    if (difference % step != 0) return Optional.empty();
    long factor = difference / step;
    var follower = new Follower(factor, numbers.get(0) - factor * sizes.get(0));
    boolean all =
        IntStream.range(0, sizes.size())
            .allMatch(i -> numbers.get(i) == follower.factor() * sizes.get(i) + follower.offset());
    return all ? Optional.of(follower) : Optional.empty();
  }

  boolean isFixed() {
    return factor == 0;
  }

  boolean isDimension() {
    return factor == 1 && offset == 0;
  }

  /// As `2*batch+1`.
  String text(String dimension) {
    var text = factor == 1 ? dimension : factor + "*" + dimension;
    return offset == 0 ? text : text + (offset > 0 ? "+" : "") + offset;
  }
}
