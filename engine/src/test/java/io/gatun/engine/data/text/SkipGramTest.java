package io.gatun.engine.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.EngineException;
import io.gatun.engine.train.Dataset;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SkipGramTest {
  private static final SkipGramOptions ALL = SkipGramOptions.defaults().withSubsampling(0);

  private final Arena arena = Arena.ofShared();

  @AfterEach
  void close() {
    arena.close();
  }

  /// 2,100 words: `w0` ten times, `w1` twenty times and so on, in random order.
  private static List<String> text() {
    var words = new ArrayList<String>();
    for (int i = 0; i < 20; i++) words.addAll(Collections.nCopies(10 * (i + 1), "w" + i));
    Collections.shuffle(words, new java.util.Random(1));
    return words;
  }

  private static SkipGram of(List<String> text, SkipGramOptions options) {
    var vocabulary = WordVocabulary.of(text, 1);
    return SkipGram.of(vocabulary.encode(text), vocabulary, options);
  }

  private static int[] ints(Dataset data, int column) {
    return data.inputs().get(column).data().toArray(ValueLayout.JAVA_INT);
  }

  @Test
  void pairsNeighboursAndPutsTheTrueWordFirst() {
    var text = new ArrayList<String>();
    for (int i = 0; i < 200; i++) text.add("w%03d".formatted(i));
    var data = of(text, ALL.withWindow(3).withNegatives(4)).part(0, 0, arena);
    int pairs = data.size();
    assertEquals(TensorType.of(DType.I32, pairs), data.inputs().get(0).type());
    assertEquals(TensorType.of(DType.I32, pairs, 5), data.inputs().get(1).type());
    assertEquals(TensorType.of(DType.U8, pairs, 5), data.targets().get(0).type());
    int[] centers = ints(data, 0);
    int[] candidates = ints(data, 1);
    byte[] truths = data.targets().get(0).data().toArray(ValueLayout.JAVA_BYTE);
    int[] atDistance = new int[4];
    for (int i = 0; i < pairs; i++) {
      int distance = Math.abs(centers[i] - candidates[5 * i]);
      assertTrue(distance >= 1 && distance <= 3, "words " + distance + " apart");
      atDistance[distance]++;
      assertArrayEquals(new byte[] {1, 0, 0, 0, 0}, Arrays.copyOfRange(truths, 5 * i, 5 * i + 5));
      for (int k = 1; k < 5; k++) assertNotEquals(candidates[5 * i], candidates[5 * i + k]);
    }
    assertEquals(398, atDistance[1], "neighbours always");
    assertEquals(396 * 2 / 3.0, atDistance[2], 40, "two apart in two windows of three");
    assertEquals(394 / 3.0, atDistance[3], 40);
  }

  @Test
  void everyEpochIsAFunctionOfTheSeed() {
    var text = text();
    var first = of(text, ALL.withSeed(4)).part(2, 0, arena);
    var again = of(text, ALL.withSeed(4)).part(2, 0, arena);
    assertArrayEquals(ints(first, 1), ints(again, 1));
    for (var other :
        List.of(
            of(text, ALL.withSeed(5)).part(2, 0, arena),
            of(text, ALL.withSeed(4)).part(3, 0, arena))) {
      assertNotEquals(Arrays.hashCode(ints(first, 1)), Arrays.hashCode(ints(other, 1)));
    }
  }

  @Test
  void thinsOutFrequentWords() {
    var text = text();
    double threshold = 0.01;
    var vocabulary = WordVocabulary.of(text, 1);
    int[] kept = new int[vocabulary.size()];
    int epochs = 50;
    var skipGram = of(text, ALL.withWindow(1).withNegatives(1).withSubsampling(threshold));
    for (int epoch = 0; epoch < epochs; epoch++) {
      try (var one = Arena.ofConfined()) {
        for (int center : ints(skipGram.part(epoch, 0, one), 0)) kept[center]++;
      }
    }
    for (int id = 0; id < kept.length; id++) {
      double frequency = (double) vocabulary.count(id) / text.size();
      double expected =
          2.0 * epochs * vocabulary.count(id) * Math.min(1, Math.sqrt(threshold / frequency));
      assertEquals(1, kept[id] / expected, 0.15, vocabulary.word(id));
    }
  }

  @Test
  void drawsNegativesByTheirCountToThePowerOfThreeQuarters() {
    var text = text();
    var vocabulary = WordVocabulary.of(text, 1);
    int[] candidates = ints(of(text, ALL.withNegatives(10)).part(0, 0, arena), 1);
    double[] drawn = new double[vocabulary.size()];
    double[] expected = new double[vocabulary.size()];
    double total = 0;
    for (int id = 0; id < drawn.length; id++) total += Math.pow(vocabulary.count(id), 0.75);
    for (int i = 0; i < candidates.length; i += 11) {
      int trueWord = candidates[i];
      double others = total - Math.pow(vocabulary.count(trueWord), 0.75);
      for (int k = 1; k <= 10; k++) drawn[candidates[i + k]]++;
      for (int id = 0; id < drawn.length; id++) {
        if (id != trueWord) expected[id] += 10 * Math.pow(vocabulary.count(id), 0.75) / others;
      }
    }
    for (int id = 0; id < drawn.length; id++) assertEquals(1, drawn[id] / expected[id], 0.1);
  }

  @Test
  void cutsAnEpochIntoPartsOfBoundedMemory() {
    var text = text();
    var skipGram = of(text, ALL.withMemoryLimit(100_000));
    assertTrue(skipGram.parts() > 2, "parts: " + skipGram.parts());
    int centers = 0;
    for (int part = 0; part < skipGram.parts(); part++) {
      var data = skipGram.part(0, part, arena);
      long bytes = data.targets().getFirst().type().bytes();
      for (var column : data.inputs()) bytes += column.type().bytes();
      assertTrue(bytes <= 100_000, bytes + " bytes");
      centers += data.size();
    }
    int whole = of(text, ALL).part(0, 0, arena).size();
    assertEquals(whole, centers, 0.05 * whole);
    assertThrows(IndexOutOfBoundsException.class, () -> skipGram.part(0, skipGram.parts(), arena));
  }

  @Test
  void saysWhatIsTooSmall() {
    var same = List.of("a", "a", "a");
    var failure = assertThrows(EngineException.class, () -> of(same, ALL));
    assertTrue(failure.getMessage().contains("1 words in a text of 3"), failure.getMessage());
    var pair = of(List.of("a", "b"), ALL.withSubsampling(1e-12));
    failure = assertThrows(EngineException.class, () -> pair.part(0, 0, arena));
    assertTrue(failure.getMessage().contains("raise it"), failure.getMessage());
    var vocabulary = WordVocabulary.of(List.of("a", "b"), 1);
    assertThrows(EngineException.class, () -> SkipGram.of(new int[] {0, 2}, vocabulary, ALL));
    assertThrows(EngineException.class, () -> ALL.withWindow(0));
    assertThrows(EngineException.class, () -> ALL.withNegatives(0));
    assertThrows(EngineException.class, () -> ALL.withSubsampling(-1));
  }

  @Test
  void aliasTableDrawsByWeight() {
    double[] weights = {1, 0, 3, 1e-9, 6, 10};
    var table = new AliasTable(weights);
    long seed = 3;
    var random = new SplittableRandom(seed);
    int[] drawn = new int[weights.length];
    for (int i = 0; i < 200_000; i++) drawn[table.draw(random)]++;
    for (int i = 0; i < weights.length; i++) {
      assertEquals(weights[i] / 20, drawn[i] / 200_000.0, 0.005, "number " + i + ", seed " + seed);
    }
    assertEquals(0, drawn[1]);
    assertThrows(EngineException.class, () -> new AliasTable(new double[] {0, 0}));
    assertThrows(EngineException.class, () -> new AliasTable(new double[] {Double.NaN}));
  }
}
