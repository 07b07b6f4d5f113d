package io.gatun.engine.train;

import java.util.SplittableRandom;

/// Orders the rows of each epoch by Fisher and Yates' shuffle. The order depends on the seed and
/// the number of the epoch alone, so that training resumed goes on as it would have.
record Shuffle(long seed) implements RowOrder {
  @Override
  public void fill(long epoch, int[] rows) {
    var random = random(epoch);
    for (int i = 0; i < rows.length; i++) rows[i] = i;
    for (int i = rows.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int row = rows[i];
      rows[i] = rows[j];
      rows[j] = row;
    }
  }

  /// The numbers of an epoch. Both seeds are mixed before they are used: two generators whose seeds
  /// differ by a multiple of their increment would run through one sequence, some draws apart.
  SplittableRandom random(long epoch) {
    long mixed = new SplittableRandom(seed).nextLong();
    return new SplittableRandom(new SplittableRandom(mixed + epoch).nextLong());
  }
}
