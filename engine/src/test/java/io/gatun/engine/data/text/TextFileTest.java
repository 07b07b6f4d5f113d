package io.gatun.engine.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.io.MalformedFileException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFileTest {
  @TempDir Path folder;

  private String read(int... bytes) throws IOException {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) content[i] = (byte) bytes[i];
    return TextFile.read(Files.write(folder.resolve("x.txt"), content));
  }

  @Test
  void dropsTheMarkAndUnifiesLineEnds() throws IOException {
    assertEquals(
        "a\nb\nc\n\u00e9", read(0xEF, 0xBB, 0xBF, 'a', 13, 10, 'b', 10, 'c', 13, 0xC3, 0xA9));
    assertEquals("\uD835\uDCD0", read(0xF0, 0x9D, 0x93, 0x90));
  }

  @ParameterizedTest
  @CsvSource({
    "97 233 98, 1, 0xe9",
    "97 98 195, 2, 0xc3",
    "237 160 128, 0, 0xed",
    "192 128, 0, 0xc0"
  })
  void namesTheFirstWrongByte(String bytes, int offset, String wrong) {
    int[] content = Stream.of(bytes.split(" ")).mapToInt(Integer::parseInt).toArray();
    var failure = assertThrows(MalformedFileException.class, () -> read(content));
    assertEquals(offset, failure.offset());
    assertTrue(failure.getMessage().contains(wrong + " is not UTF-8; convert"), failure.toString());
  }

  @Test
  void refusesEmptyAndGiantFiles() throws IOException {
    assertThrows(MalformedFileException.class, this::read);
    assertThrows(MalformedFileException.class, () -> read(' ', 10));
    Path giant = folder.resolve("giant");
    try (var file = new RandomAccessFile(giant.toFile(), "rw")) {
      file.setLength(TextFile.LARGEST + 1);
    }
    var failure = assertThrows(IOException.class, () -> TextFile.read(giant));
    assertTrue(failure.getMessage().contains("at most 536,870,912 are read"), failure.getMessage());
  }
}
