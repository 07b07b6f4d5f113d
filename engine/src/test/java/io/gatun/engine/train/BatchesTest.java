package io.gatun.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
  /// `x[i] = (i, -i - 1)`, `y[i] = i`.
  private static Dataset numbers(int samples) {
    float[] x = new float[2 * samples];
    float[] y = new float[samples];
    for (int i = 0; i < samples; i++) {
      x[2 * i] = y[i] = i;
      x[2 * i + 1] = -i - 1;
    }
    return Dataset.of(
        Tensor.of("x", TensorType.f32(samples, 2), x),
        Tensor.of("y", TensorType.of(DType.I32, samples), y));
  }

  /// The targets of one epoch in the order of its batches; checks that inputs go with them.
  private static List<Integer> epoch(Batches batches) {
    var labels = new ArrayList<Integer>();
    for (int step = 0; step < batches.steps(); step++) {
      var batch = batches.next();
      float[] x = batch.tensors().get(0).toFloats();
      float[] y = batch.tensors().get(1).toFloats();
      assertEquals(batch.size(), y.length);
      for (int i = 0; i < y.length; i++) {
        assertEquals(y[i], x[2 * i]);
        assertEquals(-y[i] - 1, x[2 * i + 1]);
        labels.add((int) y[i]);
      }
    }
    return labels;
  }

  private static List<Integer> upTo(int n) {
    return IntStream.range(0, n).boxed().toList();
  }

  @Test
  void inOrderBatchesAreTheDataItself() {
    var data = numbers(10);
    try (var batches = Batches.inOrder(data, 4)) {
      assertEquals(3, batches.steps());
      var first = batches.next();
      assertEquals(
          data.inputs().getFirst().data().address(), first.tensors().get(0).data().address());
      assertSame(first.types(), batches.next().types());
      assertEquals(2, batches.next().size());
      assertEquals(upTo(10), epoch(batches));
      assertEquals(upTo(10), epoch(batches));
    }
  }

  @Test
  void everyEpochIsAnotherOrderOfAllSamples() {
    try (var batches = Batches.shuffled(numbers(100), 7, 1, 0);
        var again = Batches.shuffled(numbers(100), 7, 1, 0);
        var later = Batches.shuffled(numbers(100), 7, 1, 1)) {
      var one = epoch(batches);
      var two = epoch(batches);
      assertEquals(upTo(100), one.stream().sorted().toList());
      assertEquals(upTo(100), two.stream().sorted().toList());
      assertNotEquals(one, two);
      assertEquals(one, epoch(again));
      assertEquals(two, epoch(later));
    }
  }

  @Test
  void manyEpochsPassThroughTheRing() {
    try (var batches = Batches.shuffled(numbers(33), 4, 2, 0)) {
      for (int i = 0; i < 500; i++) {
        assertEquals(upTo(33), epoch(batches).stream().sorted().toList());
      }
    }
  }

  @Test
  void aBatchLargerThanTheDataIsAllOfIt() {
    try (var batches = Batches.shuffled(numbers(3), 32, 2, 0)) {
      assertEquals(1, batches.steps());
      assertEquals(3, batches.next().size());
    }
  }

  @Test
  void columnsAreScaled() {
    var signed = Tensor.of("s", TensorType.of(DType.I8, 3), -128, 0, 127);
    var floats = Tensor.of("f", TensorType.f32(3), 1, 2, 3);
    var data = Dataset.of(Column.of(signed).scaled(1 / 128.0), Column.of(floats).scaled(2, 1));
    try (var batches = Batches.inOrder(data, 3)) {
      var batch = batches.next();
      assertArrayEquals(new float[] {-1, 0, 127 / 128f}, batch.tensors().get(0).toFloats(), 0);
      assertArrayEquals(new float[] {3, 5, 7}, batch.tensors().get(1).toFloats(), 0);
    }
  }

  @Test
  void waitingIsCounted() {
    try (var slices = Batches.inOrder(numbers(10), 4);
        var gathered = Batches.shuffled(numbers(10_000), 10_000, 1, 0)) {
      slices.next();
      assertEquals(0, slices.waitedNanos());
      long waited = 0;
      for (int i = 0; i < 100; i++) {
        gathered.next();
        assertTrue(gathered.waitedNanos() >= waited);
        waited = gathered.waitedNanos();
      }
      assertTrue(waited > 0, "taking faster than gathering has to wait");
    }
  }

  @Test
  void closingEndsTheThread() {
    var batches = Batches.shuffled(numbers(100), 7, 1, 0);
    batches.next();
    batches.close();
    batches.close();
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(t -> t.getName().equals("gatun-batches") && t.isAlive()));
  }

  @Test
  void nothingIsRefused() {
    assertThrows(EngineException.class, () -> Batches.inOrder(numbers(0), 2));
    assertThrows(EngineException.class, () -> Batches.inOrder(numbers(2), 0));
    assertThrows(EngineException.class, () -> Column.of(Tensor.of("s", TensorType.f32(), 1)));
  }
}
