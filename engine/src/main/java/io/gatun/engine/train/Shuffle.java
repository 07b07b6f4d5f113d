package io.gatun.engine.train;

import java.util.SplittableRandom;

/// Orders the rows of each epoch by Fisher and Yates' shuffle. The order depends on the seed and
/// the number of the epoch alone, so that training resumed goes on as it would have.
record Shuffle(long seed) implements RowOrder {
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  @Override
  public void fill(long epoch, int[] rows) {
    var random = new SplittableRandom(seed + GOLDEN_RATIO * epoch);
    for (int i = 0; i < rows.length; i++) rows[i] = i;
    for (int i = rows.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int row = rows[i];
      rows[i] = rows[j];
      rows[j] = row;
    }
  }
}
