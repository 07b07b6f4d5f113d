package io.gatun.engine.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.EngineException;
import io.gatun.engine.data.text.WordVectors.Neighbour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordVectorsTest {
  private static final WordVocabulary WORDS =
      WordVocabulary.of(List.of("a", "b", "c", "d", "e"), 1);

  private static final WordVectors VECTORS =
      WordVectors.of(WORDS, new float[] {2, 0, 3, 3, 0, 5, -1, 0, 0, 0});

  @Test
  void comparesByTheAngleAlone() {
    assertEquals(Math.sqrt(0.5), VECTORS.cosine("a", "b"), 1e-12);
    assertEquals(0, VECTORS.cosine("a", "c"));
    assertEquals(-1, VECTORS.cosine("a", "d"));
    assertEquals(0, VECTORS.cosine("a", "e"), "no angle with a vector of length 0");
    assertArrayEquals(new float[] {3, 3}, VECTORS.vector(1));
  }

  @Test
  void findsTheNearest() {
    var nearest = VECTORS.nearest("b", 2);
    assertEquals(List.of("a", "c"), nearest.stream().map(Neighbour::word).toList());
    assertEquals(4, VECTORS.nearest("b", 9).size());
  }

  @Test
  void ranksBreakTiesInTheMiddle() {
    assertEquals(1, VECTORS.rank("a", "b"));
    assertEquals(2.5, VECTORS.rank("a", "c"), "with e, as far");
    assertEquals(4, VECTORS.rank("a", "d"));
    var equal = WordVectors.of(WORDS, new float[] {1, 1, 1, 1, 1});
    assertEquals(2.5, equal.rank("a", "b"), "the middle of 1 to 4");
  }

  @Test
  void writesTheFormatOfWord2Vec(@TempDir Path folder) throws IOException {
    var file = folder.resolve("vectors.txt");
    VECTORS.save(file);
    assertEquals(
        List.of("5 2", "a 2.0 0.0", "b 3.0 3.0", "c 0.0 5.0", "d -1.0 0.0", "e 0.0 0.0"),
        Files.readAllLines(file));
  }

  @Test
  void saysWhichWordIsMissing() {
    assertFalse(VECTORS.has("z"));
    var failure = assertThrows(EngineException.class, () -> VECTORS.nearest("z", 1));
    assertTrue(failure.getMessage().contains("\"z\""), failure.getMessage());
    assertThrows(EngineException.class, () -> WordVectors.of(WORDS, new float[7]));
  }
}
