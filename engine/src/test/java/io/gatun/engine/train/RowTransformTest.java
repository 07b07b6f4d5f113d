package io.gatun.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RowTransformTest {
  private static final long SEED = 5;

  /// Adds the same random number to each element of a row.
  private record Jitter(double most) implements RowTransform {
    @Override
    public Worker worker(TensorType row) {
      return (values, random) -> {
        float change = (float) random.uniform(0, most);
        for (int i = 0; i < values.length; i++) values[i] += change;
        return values;
      };
    }
  }

  /// Row `i` is `(i, i)`, transformed; its index goes with it.
  private static Dataset jittered(int samples) {
    float[] x = new float[2 * samples];
    float[] y = new float[samples];
    for (int i = 0; i < samples; i++) x[2 * i] = x[2 * i + 1] = y[i] = i;
    return Dataset.of(
        Column.of(Tensor.of("x", TensorType.f32(samples, 2), x)).transformed(new Jitter(0.5)),
        Column.of(Tensor.of("y", TensorType.of(DType.I32, samples), y)));
  }

  /// What was added to each sample in the rest of one epoch.
  private static Map<Integer, Float> changes(Batches batches, int steps) {
    var changes = new HashMap<Integer, Float>();
    for (int step = 0; step < steps; step++) {
      var batch = batches.next();
      float[] x = batch.tensors().get(0).toFloats();
      float[] y = batch.tensors().get(1).toFloats();
      for (int i = 0; i < y.length; i++) changes.put((int) y[i], x[2 * i] - y[i]);
    }
    return changes;
  }

  private static List<Map<Integer, Float>> epochs(Batches batches) {
    try (batches) {
      return List.of(changes(batches, batches.steps()), changes(batches, batches.steps()));
    }
  }

  @Test
  void changesDependOnSeedEpochAndSampleAlone() {
    var data = jittered(50);
    var expected = epochs(Batches.shuffled(data, 7, SEED, 0));
    assertEquals(50, expected.get(0).size());
    assertEquals(50, Map.copyOf(expected.get(0)).values().stream().distinct().count());
    assertNotEquals(expected.get(0), expected.get(1));
    assertEquals(expected, epochs(Batches.shuffled(data, 16, SEED, 0)));
    assertEquals(expected, epochs(Batches.inOrder(data, 8, SEED, 0, 0)));
    assertEquals(expected.get(1), epochs(Batches.shuffled(data, 7, SEED, 1)).get(0));
    assertNotEquals(expected, epochs(Batches.shuffled(data, 7, SEED + 1, 0)));
  }

  @Test
  void goesOnInTheMiddleOfAnEpoch() {
    var data = jittered(50);
    try (var all = Batches.shuffled(data, 7, SEED, 2);
        var rest = Batches.shuffled(data, 7, SEED, 2, 5);
        var stored = Batches.inOrder(data, 7, SEED, 2, 5)) {
      for (int i = 0; i < 5; i++) all.next();
      var expected = changes(all, 3);
      assertEquals(15, expected.size());
      assertEquals(expected, changes(rest, 3));
      assertEquals(changes(all, 8), changes(rest, 8));
      assertEquals(15, changes(stored, 3).size());
    }
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBatches() {
    var data = jittered(33);
    for (int threads = 1; threads <= 4; threads++) {
      try (var one = Batches.shuffled(data, 4, SEED, 0);
          var many =
              new GatheredBatches(
                  data,
                  4,
                  new Shuffle(SEED),
                  OptionalLong.of(SEED),
                  0,
                  0,
                  BatchMemory.HOST,
                  threads,
                  threads)) {
        for (int i = 0; i < 3000; i++) {
          var expected = one.next();
          var batch = many.next();
          assertEquals(expected.size(), batch.size());
          for (int column = 0; column < 2; column++) {
            assertArrayEquals(
                expected.tensors().get(column).toFloats(),
                batch.tensors().get(column).toFloats(),
                "batch " + i + " by " + threads + " threads");
          }
        }
      }
    }
  }

  @Test
  void evaluationSeesWhatIsStored() {
    try (var batches = Batches.inOrder(jittered(6), 6)) {
      assertArrayEquals(
          new float[] {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5},
          batches.next().tensors().getFirst().toFloats());
    }
  }

  @Test
  void bytesAreTransformedBeforeTheyAreScaled() {
    RowTransform half = _ -> (values, _) -> plus(values, 0.5f);
    var pixels = Column.of(Tensor.of("p", TensorType.of(DType.U8, 1, 3), 0, 100, 255));
    assertArrayEquals(new float[] {1, 101, 255}, batch(pixels.transformed(half)));
    assertArrayEquals(new float[] {5, 205, 515}, batch(pixels.transformed(half).scaled(2, 4)));
    assertArrayEquals(new float[] {5, 205, 515}, batch(pixels.scaled(2, 4).transformed(half)));
    RowTransform down = _ -> (values, _) -> plus(values, -100.6f);
    assertArrayEquals(new float[] {0, 0, 154}, batch(pixels.transformed(down)));
  }

  private static float[] plus(float[] values, float change) {
    for (int i = 0; i < values.length; i++) values[i] += change;
    return values;
  }

  private static float[] batch(Column column) {
    try (var batches = Batches.inOrder(Dataset.of(column), 1, SEED, 0, 0)) {
      return batches.next().tensors().getFirst().toFloats();
    }
  }

  @Test
  void otherTypesAreRefused() {
    var numbers = Column.of(Tensor.of("n", TensorType.of(DType.I32, 2), 1, 2));
    var failure = assertThrows(EngineException.class, () -> numbers.transformed(new Jitter(1)));
    assertTrue(failure.getMessage().contains("\"n\""), failure.getMessage());
  }

  @Test
  void aFailingTransformIsReported() {
    RowTransform broken =
        _ ->
            (_, _) -> {
              throw new IllegalStateException("no such pixel");
            };
    var column = Column.of(Tensor.of("p", TensorType.f32(1, 3), 0, 100, 255)).transformed(broken);
    var failure = assertThrows(EngineException.class, () -> batch(column));
    assertEquals("no such pixel", failure.getCause().getMessage());
  }

  @Test
  void randomNumbersAreUniformAndDiffer() {
    double sum = 0;
    int[] counts = new int[7];
    for (int sample = 0; sample < 7000; sample++) {
      var random = new SampleRandom(SEED, 1 + sample % 3, sample);
      sum += random.uniform();
      counts[random.below(7)]++;
    }
    assertEquals(0.5, sum / 7000, 0.02);
    for (int count : counts) assertEquals(1000, count, 150);
  }

  @Test
  void gatheringAllocatesNothing() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var data = jittered(256);
    var ring = new BatchRing(data, 256, 2, BatchMemory.HOST);
    var gather = new BatchGather(data, RowOrder.STORED, OptionalLong.of(SEED));
    try (ring) {
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 50 && least > 0; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) gather.gather(1, 0, ring.batch(i));
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertTrue(least < 100 * 256, least + " bytes for 25600 rows, also once it is compiled");
    }
  }
}
