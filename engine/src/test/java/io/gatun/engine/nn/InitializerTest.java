package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Tensor;
import io.gatun.graph.ir.Random;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitializerTest {
  private static float[] values(Initializer initializer, long seed, String name) {
    var type = TensorType.f32(60, 40);
    try (var tensor = Tensor.allocate(name, type)) {
      initializer.fill(tensor.data(), type, seed, name);
      return tensor.toFloats();
    }
  }

  private static double deviation(float[] values) {
    double sum = 0;
    for (float v : values) sum += (double) v * v;
    return Math.sqrt(sum / values.length);
  }

  @Test
  void seedAndNameDecide() {
    var glorot = Initializer.glorotUniform();
    assertArrayEquals(values(glorot, 7, "a"), values(glorot, 7, "a"));
    assertFalse(Arrays.equals(values(glorot, 7, "a"), values(glorot, 8, "a")));
    assertFalse(Arrays.equals(values(glorot, 7, "a"), values(glorot, 7, "b")));
  }

  @Test
  void spreadsAreThoseOfThePapers() {
    assertEquals(
        Math.sqrt(2.0 / 100), deviation(values(Initializer.glorotUniform(), 1, "w")), 4e-3);
    assertEquals(Math.sqrt(2.0 / 100), deviation(values(Initializer.glorotNormal(), 1, "w")), 6e-3);
    assertEquals(Math.sqrt(2.0 / 60), deviation(values(Initializer.heUniform(), 1, "w")), 5e-3);
    assertEquals(Math.sqrt(2.0 / 60), deviation(values(Initializer.heNormal(), 1, "w")), 8e-3);
    assertEquals(0.5, deviation(values(Initializer.normal(0, 0.5), 1, "w")), 0.02);
    for (float v : values(Initializer.glorotUniform(), 1, "w")) {
      assertTrue(Math.abs(v) <= Math.sqrt(6.0 / 100));
    }
    for (float v : values(Initializer.uniform(2, 3), 1, "w")) assertTrue(v >= 2 && v <= 3);
    for (float v : values(Initializer.constant(4), 1, "w")) assertEquals(4, v);
  }

  @Test
  void theHostDrawsTheNumbersOfTheDevice() {
    var random = new HostRandom(99);
    var scalar = TensorType.of(DType.I64);
    var graph =
        new Random(Random.Kind.UNIFORM, Shape.of(3000))
            .evaluate(List.of(NdArray.ofLongs(scalar, _ -> 99), NdArray.ofLongs(scalar, _ -> 0)));
    for (int i = 0; i < graph.size(); i++) assertEquals(graph.at(i), random.uniform(), "at " + i);
  }

  @Test
  void nonsenseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Initializer.uniform(1, 0));
    assertThrows(IllegalArgumentException.class, () -> Initializer.normal(0, -1));
  }
}
