package io.gatun.engine.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzTest {
  private static final SortedMap<String, Literal> ARRAYS =
      new TreeMap<>(
          Map.of(
              "weights", Fixtures.ramp(DType.F32, 1),
              "bias", Literal.of(TensorType.of(DType.F64, 2), 1, -2)));

  @TempDir Path folder;

  private static SortedMap<String, Literal> read(Path file) throws IOException {
    return Npz.read(file, Arena.ofAuto());
  }

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "deflated.npz"})
  void readsWhatNumPyWrites(String name) throws IOException {
    assertEquals(ARRAYS, read(Fixtures.file(name)));
  }

  @Test
  void writesWhatItReads() throws IOException {
    var big = Literal.of(TensorType.f32(300, 300), new double[90_000]);
    var arrays = new TreeMap<>(ARRAYS);
    arrays.put("layer/0", big);
    var stored = folder.resolve("a.npz");
    Npz.write(stored, arrays);
    assertEquals(arrays, read(stored));
    var packed = folder.resolve("b.npz");
    Npz.writeCompressed(packed, arrays);
    assertEquals(arrays, read(packed));
    assertTrue(Files.size(packed) < Files.size(stored) / 10, "zeros are compressed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil.npy", "/etc/evil.npy", "a\\..\\evil.npy", "script.py"})
  void refusesNamesThatLeaveTheArchive(String name) throws IOException {
    var file = folder.resolve("evil.npz");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(NpyHeader.bytes(TensorType.f32(0)));
    }
    var failure = assertThrows(MalformedFileException.class, () -> read(file));
    assertTrue(failure.getMessage().contains(name), failure.getMessage());
  }

  @Test
  void refusesABombBeforeAllocating() throws IOException {
    var file = folder.resolve("bomb.npz");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("bomb.npy"));
      zip.write(NpyHeader.bytes(TensorType.f32(1 << 30)));
    }
    var failure = assertThrows(MalformedFileException.class, () -> read(file));
    assertTrue(failure.getMessage().contains("needs 4294967296 bytes"), failure.getMessage());
  }

  @Test
  void noticesAWrongChecksum() throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.file("stored.npz"));
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    bytes[text.indexOf("}", text.indexOf("descr")) + 80] ^= 1;
    var file = folder.resolve("flipped.npz");
    Files.write(file, bytes);
    assertThrows(MalformedFileException.class, () -> read(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "deflated.npz"})
  void survivesHostileFiles(String name) throws IOException {
    new ReaderFuzz(folder, Source.DEFLATE_RATIO, Npz::read).run(Fixtures.file(name));
  }
}
