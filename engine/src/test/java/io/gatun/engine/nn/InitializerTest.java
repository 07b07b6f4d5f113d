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

  /// The products of all pairs of rows, or of columns.
  private static void assertOrthonormal(float[] matrix, int vectors, int length, boolean rows) {
    for (int a = 0; a < vectors; a++) {
      for (int b = a; b < vectors; b++) {
        double dot = 0;
        for (int i = 0; i < length; i++) {
          int at = rows ? a * length + i : i * vectors + a;
          dot += (double) matrix[at] * matrix[at + (rows ? (b - a) * length : b - a)];
        }
        assertEquals(a == b ? 4 : 0, dot, 1e-5, a + " by " + b);
      }
    }
  }

  private static float[] fill(Initializer initializer, int... dims) {
    try (var tensor = Tensor.allocate("w", TensorType.f32(dims))) {
      initializer.fill(tensor.data(), tensor.type(), 5, "w");
      return tensor.toFloats();
    }
  }

  @Test
  void orthogonalMatricesAreOrthogonal() {
    var orthogonal = new Initializer.Orthogonal(2);
    assertOrthonormal(fill(orthogonal, 20, 20), 20, 20, true);
    assertOrthonormal(fill(orthogonal, 7, 30), 7, 30, true);
    assertOrthonormal(fill(orthogonal, 3, 10, 7), 7, 30, false);
  }

  @Test
  void partsFillTheirShareOfTheLastAxis() {
    assertArrayEquals(
        new float[] {0, 0, 1, 1, 3, 3, 0, 0, 1, 1, 3, 3}, fill(Initializer.parts(0, 1, 3), 2, 6));
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
