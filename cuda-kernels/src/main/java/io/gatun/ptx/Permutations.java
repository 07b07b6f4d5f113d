package io.gatun.ptx;

import java.util.Random;

/// Random orders.
final class Permutations {
  private Permutations() {}

  /// Shuffles in place (Fisher and Yates).
  static void shuffle(int[] values, Random random) {
    for (var i = values.length - 1; i > 0; i--) {
      var j = random.nextInt(i + 1);
      var kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }
}
