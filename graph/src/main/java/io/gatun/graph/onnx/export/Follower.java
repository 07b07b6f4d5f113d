package io.gatun.graph.onnx.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A number that is a sum of multiples of open dimensions, of their products and of 1.
///
/// @param factors at `i` that of the product of the dimensions whose bits are set in `i`
record Follower(List<Long> factors) {
  Follower {
    factors = List.copyOf(factors);
  }

  /// What these numbers, each for one of the samples, have in common.
  static Optional<Follower> of(Samples samples, List<Long> numbers) {
    var factors = new ArrayList<>(numbers.subList(0, 1 << samples.dimensions()));
    for (int d = 0; d < samples.dimensions(); d++) {
      long low = samples.low(d);
      long step = samples.high(d) - low;
      for (int i = 0; i < factors.size(); i++) {
        if ((i >> d & 1) == 0) continue;
        int below = i ^ 1 << d;
        long difference = factors.get(i) - factors.get(below);
        if (difference % step != 0) return Optional.empty();
        factors.set(i, difference / step);
        factors.set(below, factors.get(below) - difference / step * low);
      }
    }
    var follower = new Follower(factors);
    return follower.at(samples.sizes().getLast()) == numbers.getLast()
        ? Optional.of(follower)
        : Optional.empty();
  }

  /// The number for sizes of the dimensions.
  private long at(List<Integer> sizes) {
    long sum = 0;
    for (int i = 0; i < factors.size(); i++) {
      long product = factors.get(i);
      for (int d = 0; d < sizes.size(); d++) if ((i >> d & 1) != 0) product *= sizes.get(d);
      sum += product;
    }
    return sum;
  }

  /// The number that is there whatever the sizes.
  long offset() {
    return factors.getFirst();
  }

  boolean isFixed() {
    return factors.stream().skip(1).allMatch(factor -> factor == 0);
  }

  boolean isDimension(int d) {
    for (int i = 0; i < factors.size(); i++) {
      if (factors.get(i) != (i == 1 << d ? 1 : 0)) return false;
    }
    return true;
  }

  /// As `2*batch*length+1`.
  String text(List<String> dimensions) {
    var text = new StringBuilder();
    for (int i = factors.size() - 1; i >= 0; i--) {
      long factor = factors.get(i);
      if (factor == 0) continue;
      if (!text.isEmpty() && factor > 0) text.append('+');
      var parts = new ArrayList<String>();
      if (factor != 1 || i == 0) parts.add(Long.toString(factor));
      for (int d = 0; d < dimensions.size(); d++) {
        if ((i >> d & 1) != 0) parts.add(dimensions.get(d));
      }
      text.append(String.join("*", parts));
    }
    return text.toString();
  }
}
