package io.gatun.engine.train;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Orders the rows of one epoch after the other by Fisher and Yates' shuffle. The order depends on
/// the seed and the number of the epoch alone, so that training resumed goes on as it would have.
final class Shuffle implements Consumer<int[]> {
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private final long seed;
  private long epoch;

  Shuffle(long seed, long firstEpoch) {
    this.seed = seed;
    epoch = firstEpoch;
  }

  @Override
  public void accept(int[] order) {
    var random = new SplittableRandom(seed + GOLDEN_RATIO * ++epoch);
    for (int i = 0; i < order.length; i++) order[i] = i;
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int row = order[i];
      order[i] = order[j];
      order[j] = row;
    }
  }
}
