package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.engine.metric.Fixtures;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KFoldTest {
  private static void assertSame(JsonNode expected, List<Fold> folds) {
    assertEquals(expected.size(), folds.size());
    for (int i = 0; i < folds.size(); i++) {
      assertArrayEquals(Fixtures.ints(expected.get(i).path("train")), folds.get(i).train());
      assertArrayEquals(Fixtures.ints(expected.get(i).path("test")), folds.get(i).test());
    }
  }

  private static void assertEachTestedOnce(int rows, List<Fold> folds, String what) {
    int[] tested = folds.stream().flatMapToInt(f -> Arrays.stream(f.test())).sorted().toArray();
    assertArrayEquals(IntStream.range(0, rows).toArray(), tested, what);
    for (var fold : folds) {
      int[] all =
          Stream.of(fold.train(), fold.test()).flatMapToInt(IntStream::of).sorted().toArray();
      assertArrayEquals(IntStream.range(0, rows).toArray(), all, what);
    }
  }

  @Test
  void agreesWithScikitLearn() throws IOException {
    var fixtures = Fixtures.read("preparation");
    var labels = Labels.of(Fixtures.ints(fixtures.path("labels")), 3);
    assertSame(fixtures.path("k_fold"), KFold.inOrder(labels.size(), 4));
    assertSame(fixtures.path("stratified_k_fold"), KFold.stratified(labels, 4));
    assertArrayEquals(
        Fixtures.doubles(fixtures.path("class_weights")), Balance.weights(labels), 1e-15);
  }

  @Test
  void shufflesBySeed() throws IOException {
    var labels = Labels.of(Fixtures.ints(Fixtures.read("preparation").path("labels")), 3);
    var inOrder = KFold.stratified(labels, 4);
    for (long seed = 0; seed < 20; seed++) {
      assertEachTestedOnce(31, KFold.shuffled(31, 4, seed), "seed " + seed);
      var folds = KFold.stratified(labels, 4, seed);
      assertEachTestedOnce(31, folds, "seed " + seed);
      for (int i = 0; i < 4; i++) {
        assertArrayEquals(
            labels.rows(inOrder.get(i).test()).counts(),
            labels.rows(folds.get(i).test()).counts(),
            "seed " + seed);
      }
      assertFalse(Arrays.equals(inOrder.getFirst().test(), folds.getFirst().test()));
    }
    assertArrayEquals(
        KFold.shuffled(31, 4, 3).getLast().test(), KFold.shuffled(31, 4, 3).getLast().test());
  }

  @Test
  void testRowsInOrderShareTheMemory() {
    var arena = Arena.ofAuto();
    var data = Datasets.of(new float[9][2], new int[9], arena);
    var fold = KFold.inOrder(9, 3).get(1);
    assertEquals(
        data.inputs().getFirst().data().address() + 3 * 2 * Float.BYTES,
        fold.test(data, arena).inputs().getFirst().data().address());
    assertEquals(6, fold.train(data, arena).size());
  }

  @Test
  void namesTheFault() {
    Columns.refused("1 folds of 5 rows", () -> KFold.inOrder(5, 1));
    Columns.refused("6 folds of 5 rows", () -> KFold.shuffled(5, 6, 1));
    var labels = Labels.of(new int[] {0, 1, 0, 1, 0}, 2);
    Columns.refused("class \"1\" has 2 samples", () -> KFold.stratified(labels, 3));
  }
}
