package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.engine.data.text.CharacterVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  @TempDir Path folder;

  @Test
  void aFileOfTheUserComesFirst() throws IOException {
    var log = new ArrayList<String>();
    Path file = Files.writeString(folder.resolve("x.txt"), "my text");
    assertEquals("my text", Corpus.load(Optional.of(file), log::add));
    assertEquals(List.of(), log);
  }

  @Test
  void saysWhenThePackageHasNoText() throws IOException {
    Path archive = new SmallPackage(folder).with("package/data/x", new byte[1]).write();
    var failure = assertThrows(IOException.class, () -> Corpus.read(archive));
    assertTrue(failure.getMessage().endsWith("made.tgz has no data.txt"), failure.getMessage());
  }

  @Test
  void readsTheRealText() throws IOException {
    var cached = Corpus.cached();
    assumeTrue(
        cached.isPresent(),
        "skipped: Moby-Dick is not cached; run './gatun train char-rnn' once to fetch it");
    String text = cached.orElseThrow();
    assertTrue(text.startsWith("CHAPTER 1. Loomings.\n\nCall me Ishmael."));
    assertEquals(1_190_317, text.length());
    assertEquals(83, CharacterVocabulary.of(text).size());
  }
}
