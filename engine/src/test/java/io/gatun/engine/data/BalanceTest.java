package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BalanceTest {
  private final Labels labels = Labels.of(new int[] {0, 1, 0, 2, 0, 2, 0, 0, 2, 0}, 3);

  @Test
  void overSamplingKeepsAllRowsAndEvensTheCounts() {
    for (long seed = 0; seed < 10; seed++) {
      int[] rows = Balance.overSampled(labels, seed);
      assertArrayEquals(new int[] {6, 6, 6}, labels.rows(rows).counts(), "seed " + seed);
      assertArrayEquals(IntStream.range(0, 10).toArray(), Arrays.copyOf(rows, 10));
      assertArrayEquals(rows, Balance.overSampled(labels, seed), "seed " + seed);
    }
  }

  @Test
  void underSamplingDrawsEachRowAtMostOnce() {
    var pairs = Labels.of(new int[] {0, 1, 0, 1, 0, 0}, 2);
    for (long seed = 0; seed < 10; seed++) {
      int[] rows = Balance.underSampled(pairs, seed);
      assertArrayEquals(new int[] {2, 2}, pairs.rows(rows).counts(), "seed " + seed);
      assertEquals(4, Arrays.stream(rows).distinct().count(), "seed " + seed);
      assertArrayEquals(rows, Balance.underSampled(pairs, seed), "seed " + seed);
    }
    long draws =
        IntStream.range(0, 10)
            .mapToObj(seed -> Arrays.toString(Balance.underSampled(labels, seed)))
            .distinct()
            .count();
    assertTrue(draws > 3, draws + " different draws of 10 seeds");
  }

  @Test
  void weightsOfSamplesAreThoseOfTheirClasses() {
    var arena = Arena.ofAuto();
    var weights = Balance.sampleWeights(labels, arena);
    double[] classes = Balance.weights(labels);
    double[] weight = new double[1];
    double sum = 0;
    for (int row = 0; row < labels.size(); row++) {
      weights.read(row, weight);
      assertEquals(classes[labels.values()[row]], weight[0], 1e-6);
      sum += weight[0];
    }
    assertEquals(labels.size(), sum, 1e-5);
    var data = Datasets.of(new float[10][1], labels.values(), arena).withWeights(weights);
    var some = data.rows(new int[] {3, 1}, arena).weights().orElseThrow();
    some.read(1, weight);
    assertEquals(classes[1], weight[0], 1e-6);
  }

  @Test
  void namesAClassWithoutSamples() {
    var missing = Labels.of(new int[] {0, 2}, 3);
    Columns.refused("class \"1\" has no sample", () -> Balance.weights(missing));
    Columns.refused("class \"1\" has no sample", () -> Balance.overSampled(missing, 1));
    Columns.refused("class \"1\" has no sample", () -> Balance.underSampled(missing, 1));
  }
}
