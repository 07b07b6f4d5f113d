package io.gatun.engine.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {
  @TempDir Path folder;

  private static Literal read(Path file) throws IOException {
    return Idx.read(file, Arena.ofAuto());
  }

  @ParameterizedTest
  @CsvSource({"u8.idx,U8,1", "i16.idx,I16,-1", "f32.idx,F32,0.5", "f64.idx.gz,F64,0.25"})
  void readsAndWritesEveryKind(String name, DType dtype, double factor) throws IOException {
    var literal = read(Fixtures.file(name));
    assertEquals(Fixtures.ramp(dtype, factor), literal);
    var copy = folder.resolve("copy.idx");
    Idx.write(copy, literal.type(), literal.data());
    assertEquals(literal, read(copy));
    if (!name.endsWith(".gz")) {
      assertArrayEquals(Files.readAllBytes(Fixtures.file(name)), Files.readAllBytes(copy));
    }
  }

  @Test
  void mapsBytes() throws IOException {
    assertTrue(read(Fixtures.file("u8.idx")).data().isMapped());
  }

  @Test
  void refusesAFileThatIsLongerOrShorterThanItSays() throws IOException {
    byte[] good = Files.readAllBytes(Fixtures.file("u8.idx"));
    var file = folder.resolve("wrong.idx");
    for (int size : new int[] {good.length - 1, good.length + 1}) {
      Files.write(file, Arrays.copyOf(good, size));
      var failure = assertThrows(MalformedFileException.class, () -> read(file));
      assertEquals(
          file + ": at byte 12: 6 bytes of u8[2,3] follow the header, the file has " + (size - 12),
          failure.getMessage());
    }
  }

  @Test
  void refusesATruncatedGzipStream() throws IOException {
    byte[] good = Files.readAllBytes(Fixtures.file("f64.idx.gz"));
    var file = folder.resolve("short.gz");
    Files.write(file, Arrays.copyOf(good, good.length - 12));
    assertThrows(MalformedFileException.class, () -> read(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"u8.idx", "i16.idx", "f64.idx.gz"})
  void survivesHostileFiles(String name) throws IOException {
    new ReaderFuzz(folder, 2 * Source.DEFLATE_RATIO, Idx::read).run(Fixtures.file(name));
  }
}
