package io.gatun.engine.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.EngineException;
import io.gatun.engine.io.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordVocabularyTest {
  private static final List<String> TEXT = List.of("b", "a", "c", "b", "a", "d", "d", "d");

  @TempDir Path folder;

  @Test
  void ordersByCount() {
    var vocabulary = WordVocabulary.of(TEXT, 2);
    assertEquals(3, vocabulary.size());
    assertEquals("d", vocabulary.word(0));
    assertEquals(3, vocabulary.count(0));
    assertEquals(OptionalInt.of(1), vocabulary.id("a"));
    assertEquals(OptionalInt.empty(), vocabulary.id("c"));
    assertArrayEquals(new int[] {2, 1, 2, 1, 0, 0, 0}, vocabulary.encode(TEXT));
    var failure = assertThrows(EngineException.class, () -> WordVocabulary.of(TEXT, 4));
    assertTrue(failure.getMessage().contains("no word of the 8 in the text occurs 4 times"));
  }

  @Test
  void savesAsText() throws IOException {
    Path file = folder.resolve("words.txt");
    WordVocabulary.of(TEXT, 1).save(file);
    assertEquals("d 3\na 2\nb 2\nc 1\n", Files.readString(file));
    var loaded = WordVocabulary.load(file);
    assertEquals("c", loaded.word(3));
    assertEquals(2, loaded.count(2));
  }

  @Test
  void refusesOtherFiles() throws IOException {
    for (String content : List.of("", "a\n", "a 0\n", "a 2\nb x\n", "a 99999999999999999999\n")) {
      Path file = Files.writeString(folder.resolve("x"), content);
      assertThrows(MalformedFileException.class, () -> WordVocabulary.load(file), content);
    }
    Path twice = Files.writeString(folder.resolve("x"), "a 2\na 1\n");
    var failure = assertThrows(MalformedFileException.class, () -> WordVocabulary.load(twice));
    assertTrue(failure.getMessage().contains("line 2"), failure.getMessage());
  }
}
