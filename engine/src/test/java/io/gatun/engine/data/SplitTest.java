package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.train.Dataset;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {
  private static void assertWhole(int rows, Split split, String what) {
    int[] all =
        Stream.of(split.train(), split.validation(), split.test())
            .flatMapToInt(IntStream::of)
            .sorted()
            .toArray();
    assertArrayEquals(IntStream.range(0, rows).toArray(), all, what);
  }

  @Test
  void cutsByFractions() {
    var split = Split.shuffled(101, 0.2, 0.1, 5);
    assertWhole(101, split, "seed 5");
    assertEquals(71, split.train().length);
    assertEquals(20, split.validation().length);
    assertEquals(10, split.test().length);
    assertArrayEquals(split.train(), Split.shuffled(101, 0.2, 0.1, 5).train());
    assertFalse(Arrays.equals(split.train(), Split.shuffled(101, 0.2, 0.1, 6).train()));
    assertEquals(0, Split.shuffled(10, 0, 0.3, 1).validation().length);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void keepsTheProportionsOfClasses(long seed) {
    var random = new SplittableRandom(seed);
    int[] values = new int[300];
    for (int i = 0; i < values.length; i++) values[i] = Math.min(random.nextInt(6), 3);
    var labels = Labels.of(values, 4);
    var split = Split.stratified(labels, 0.25, 0.15, seed);
    assertWhole(300, split, "seed " + seed);
    int[] counts = labels.counts();
    int[][] parts = {split.train(), split.validation(), split.test()};
    double[] fractions = {0.6, 0.25, 0.15};
    for (int part = 0; part < parts.length; part++) {
      assertEquals(fractions[part] * 300, parts[part].length, 0.5);
      int[] found = labels.rows(parts[part]).counts();
      for (int c = 0; c < counts.length; c++) {
        assertEquals(counts[c] * fractions[part], found[c], 2, "seed " + seed + ", class " + c);
      }
    }
    assertArrayEquals(parts[0], Split.stratified(labels, 0.25, 0.15, seed).train());
  }

  @Test
  void partsInOrderShareTheMemory() {
    var arena = Arena.ofAuto();
    float[][] rows = new float[10][2];
    int[] labels = new int[10];
    for (int i = 0; i < 10; i++) {
      rows[i][1] = i;
      labels[i] = i;
    }
    var data = Datasets.of(rows, labels, arena);
    var parts = Split.inOrder(10, 0.2, 0.3).of(data, arena);
    assertEquals(5, parts.train().size());
    assertAt(data, 0, parts.train());
    assertAt(data, 5, parts.validation());
    assertAt(data, 7, parts.test());
    var gathered = Split.shuffled(10, 0.2, 0.3, 1);
    var test = gathered.of(data, arena).test();
    double[] row = new double[2];
    for (int i = 0; i < test.size(); i++) {
      test.inputs().getFirst().read(i, row);
      assertEquals(gathered.test()[i], row[1]);
      test.targets().getFirst().read(i, row);
      assertEquals(gathered.test()[i], row[0]);
    }
    Columns.refused("10 rows for a data set of 9", () -> gathered.of(data.slice(0, 9), arena));
  }

  private static void assertAt(Dataset whole, int row, Dataset part) {
    long start = whole.inputs().getFirst().data().address() + row * 2L * Float.BYTES;
    assertEquals(start, part.inputs().getFirst().data().address());
    start = whole.targets().getFirst().data().address() + row * (long) Integer.BYTES;
    assertEquals(start, part.targets().getFirst().data().address());
  }

  @Test
  void namesTheFault() {
    Columns.refused("fractions 0.5 for validation and 0.5", () -> Split.inOrder(9, 0.5, 0.5));
    Columns.refused("fractions NaN", () -> Split.inOrder(9, Double.NaN, 0.5));
    Columns.refused("3 rows make 3 for training, 0", () -> Split.inOrder(3, 0.1, 0));
    Columns.refused("0 rows make 0", () -> Split.inOrder(0, 0, 0));
    var names = new Classes(List.of("ham", "spam"));
    var labels = new Labels(names, new int[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    Columns.refused(
        "class \"spam\" has no sample in the test split",
        () -> Split.stratified(labels, 0, 0.3, 1));
    var inOrder = Split.inOrder(10, 0.1, 0.1);
    Columns.refused(
        "class \"spam\" has no sample in the training split",
        () -> inOrder.requireEachClass(labels));
    var swapped = new Split(new int[] {0, 9}, new int[] {1, 2}, new int[0]);
    Columns.refused(
        "class \"spam\" has no sample in the validation split (2 samples of 2 classes)",
        () -> swapped.requireEachClass(labels));
    assertTrue(inOrder.validation().length == 1);
  }
}
