package io.gatun.engine.data;

import java.util.random.RandomGenerator;

/// Puts an array in random order, by Fisher and Yates.
final class Permutation {
  private Permutation() {}

  static void shuffle(int[] values, RandomGenerator random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }
}
