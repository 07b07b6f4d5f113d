package io.gatun.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShuffleTest {
  private static final long SEED = 12;

  private static int[] order(long seed, long epoch) {
    int[] rows = new int[1000];
    new Shuffle(seed).fill(epoch, rows);
    return rows;
  }

  @Test
  void everyEpochHoldsAllRowsInAnOrderOfItsOwn() {
    int[] all = IntStream.range(0, 1000).toArray();
    for (int epoch = 1; epoch <= 5; epoch++) {
      int[] order = order(SEED, epoch);
      assertArrayEquals(order, order(SEED, epoch));
      assertFalse(Arrays.equals(order, order(SEED, epoch + 1)));
      assertFalse(Arrays.equals(order, order(SEED + 1, epoch)));
      assertArrayEquals(all, Arrays.stream(order).sorted().toArray());
    }
  }

  @Test
  void aRowComesToEveryPlaceEquallyOften() {
    int[] counts = new int[4];
    int[] rows = new int[4];
    for (int epoch = 1; epoch <= 8000; epoch++) {
      new Shuffle(SEED).fill(epoch, rows);
      for (int place = 0; place < 4; place++) if (rows[place] == 2) counts[place]++;
    }
    for (int count : counts) assertEquals(2000, count, 200, "seed " + SEED);
  }

  @Test
  void epochsDrawDifferentNumbers() {
    var drawn = new HashSet<Long>();
    for (long seed : new long[] {0, 1, SEED}) {
      for (int epoch = 1; epoch <= 20; epoch++) {
        var random = new Shuffle(seed).random(epoch);
        for (int i = 0; i < 1000; i++) {
          assertTrue(drawn.add(random.nextLong()), "seed " + seed + ", epoch " + epoch);
        }
      }
    }
  }
}
