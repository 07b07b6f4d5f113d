package io.gatun.engine.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrequencyLossTest {
  @Test
  void isTheEntropyOfTruthGivenTheCandidate() {
    try (var arena = Arena.ofShared()) {
      int[] candidates = {0, 1, 0, 1, 0, 2, 0, 2};
      byte[] truths = {1, 0, 1, 0, 1, 0, 0, 0};
      var words = TensorType.of(DType.I32, 4, 2);
      var pairs =
          new Dataset(
              List.of(
                  Column.of("center", new int[4], arena),
                  Column.of(
                      "candidates",
                      Literal.of(words, arena.allocateFrom(ValueLayout.JAVA_INT, candidates)))),
              List.of(
                  Column.of(
                      "true",
                      Literal.of(
                          words.with(DType.U8),
                          arena.allocateFrom(ValueLayout.JAVA_BYTE, truths)))));
      // Words 1 and 2 are never true; word 0 is in three of four places.
      double entropy = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);
      assertEquals(entropy / 2, FrequencyLoss.of(pairs, 3), 1e-12);
    }
  }
}
