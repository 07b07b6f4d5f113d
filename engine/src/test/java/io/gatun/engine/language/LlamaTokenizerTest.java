package io.gatun.engine.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gatun.engine.io.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlamaTokenizerTest {
  private static final int FIRST = TokenFiles.FIRST;

  @TempDir private Path folder;

  private LlamaTokenizer read(byte[] content) throws IOException {
    var file = Files.write(folder.resolve("tokens.bin"), content);
    return LlamaTokenizer.read(file, TokenFiles.COUNT);
  }

  @Test
  void joinsTheBestNeighboursFirst() throws IOException {
    var tokens = read(TokenFiles.content());
    assertArrayEquals(new int[] {1, FIRST + 4, FIRST + 2}, tokens.encode("ab"));
    assertArrayEquals(new int[] {1, FIRST, FIRST + 2, FIRST + 3}, tokens.encode("bab"));
    assertArrayEquals(new int[] {1}, tokens.encode(""));
  }

  @Test
  void charactersWithoutAPieceAreBytes() throws IOException {
    var tokens = read(TokenFiles.content());
    assertArrayEquals(
        new int[] {1, FIRST, FIRST + 5, 3 + 0xe2, 3 + 0x82, 3 + 0xac}, tokens.encode("é€"));
  }

  @Test
  void whatIsEncodedIsDecoded() throws IOException {
    var tokens = read(TokenFiles.content());
    for (var text : List.of("", "ab", " ab", "é€ x\n", "😀 a")) {
      assertEquals(text, tokens.decode(tokens.encode(text)));
    }
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    byte[] whole = TokenFiles.content();
    for (int length : new int[] {0, 3, 7, 11, whole.length / 2, whole.length - 1}) {
      var cut = Arrays.copyOf(whole, length);
      assertThrows(MalformedFileException.class, () -> read(cut), "length " + length);
    }
    assertThrows(MalformedFileException.class, () -> read(Arrays.copyOf(whole, whole.length + 1)));
    for (int seed = 0; seed < 300; seed++) {
      byte[] damaged = whole.clone();
      var random = new SplittableRandom(seed);
      for (int i = 0; i < 3; i++) damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      try {
        read(damaged).encode("ab é€");
      } catch (MalformedFileException refused) {
        assertEquals(folder.resolve("tokens.bin"), refused.file(), "seed " + seed);
      }
    }
  }
}
