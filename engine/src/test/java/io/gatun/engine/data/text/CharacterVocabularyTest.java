package io.gatun.engine.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.EngineException;
import io.gatun.engine.io.MalformedFileException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CharacterVocabularyTest {
  private static final String TEXT = "ba\n \u00a0\u2014\uD835\uDCD0ab";

  @TempDir Path folder;

  @Test
  void numbersCodePointsInTheirOrder() {
    var vocabulary = CharacterVocabulary.of(TEXT);
    assertEquals(7, vocabulary.size());
    assertArrayEquals(new int[] {3, 2, 0, 1, 4, 5, 6, 2, 3}, vocabulary.encode(TEXT));
    assertEquals(TEXT, vocabulary.decode(vocabulary.encode(TEXT)));
    assertEquals(-1, vocabulary.id('z'));
    assertEquals(0x1D4D0, vocabulary.character(6));
    assertThrows(EngineException.class, () -> vocabulary.decode(7));
    assertThrows(EngineException.class, () -> CharacterVocabulary.of(""));
  }

  @Test
  void encodesToAColumn() {
    try (var arena = Arena.ofConfined()) {
      var column = CharacterVocabulary.of(TEXT).encode("ids", TEXT, arena);
      assertEquals(TensorType.of(DType.I32, 9), column.type());
      assertEquals(6, column.data().getAtIndex(ValueLayout.JAVA_INT, 6));
    }
  }

  @Test
  void saysWhereACharacterIsUnknown() {
    var vocabulary = CharacterVocabulary.of(TEXT);
    var failure = assertThrows(EngineException.class, () -> vocabulary.encode("ab\n\uD835\uDCD0z"));
    assertTrue(
        failure.getMessage().startsWith("line 2, column 2: U+007A z is not among the 7"),
        failure.getMessage());
    failure = assertThrows(EngineException.class, () -> vocabulary.encode("\t"));
    assertTrue(failure.getMessage().startsWith("line 1, column 1: U+0009 is"));
  }

  @Test
  void savesAsText() throws IOException {
    Path file = folder.resolve("characters.txt");
    var vocabulary = CharacterVocabulary.of(TEXT);
    vocabulary.save(file);
    assertEquals(
        "gatun characters 1\n"
            + "U+000A\n"
            + "U+0020\n"
            + "U+0061 a\n"
            + "U+0062 b\n"
            + "U+00A0\n"
            + "U+2014\n"
            + "U+1D4D0 \uD835\uDCD0\n",
        Files.readString(file));
    assertEquals(vocabulary, CharacterVocabulary.load(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a\n",
        "gatun characters 1\n",
        "gatun characters 1\nU+0061\nU+0061\n",
        "gatun characters 1\nU+0062\nU+0061\n",
        "gatun characters 1\nU+110000\n",
        "gatun characters 1\nU+FFFFFFFFF\n",
        "gatun characters 1\n97\n"
      })
  void refusesOtherFiles(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("x"), content);
    assertThrows(MalformedFileException.class, () -> CharacterVocabulary.load(file));
  }
}
