package io.gatun.graph.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RandomTest {
  private static NdArray scalar(long value) {
    return NdArray.ofLongs(TensorType.of(DType.I64), _ -> value);
  }

  private static NdArray draw(Random.Kind kind, int size, long key, long counter) {
    return new Random(kind, Shape.of(size)).evaluate(List.of(scalar(key), scalar(counter)));
  }

  /// The vectors of Random123's file `kat_vectors`.
  @Test
  void philoxGivesThePublishedKnownAnswers() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, Random.philox(0, 0, 0));
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, Random.philox(-1, -1, -1));
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        Random.philox(0x85a308d3_243f6a88L, 0x03707344_13198a2eL, 0x299f31d0_a4093822L));
  }

  @Test
  void elementsAreTheWordsOfConsecutiveBlocks() {
    var bits = draw(Random.Kind.BITS, 7, 42, -2);
    for (int i = 0; i < 7; i++) {
      assertEquals(Random.philox(i / 4 - 2, 0, 42)[i % 4], bits.longAt(i));
    }
    var whole = draw(Random.Kind.UNIFORM, 12, 9, 100).toDoubles();
    var rest = draw(Random.Kind.UNIFORM, 8, 9, 101).toDoubles();
    assertArrayEquals(Arrays.copyOfRange(whole, 4, 12), rest);
  }

  @Test
  void uniformNumbersFillTheUnitInterval() {
    var values = draw(Random.Kind.UNIFORM, 100_000, 1, 0).toDoubles();
    var statistics = Arrays.stream(values).summaryStatistics();
    assertTrue(statistics.getMin() >= 0 && statistics.getMin() < 1e-4);
    assertTrue(statistics.getMax() < 1 && statistics.getMax() > 1 - 1e-4);
    assertEquals(0.5, statistics.getAverage(), 0.005);
    for (double value : values) assertEquals((float) value, value);
  }
}
