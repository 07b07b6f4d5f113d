package io.gatun.engine.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
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

class NpyTest {
  @TempDir Path folder;

  private static Literal read(Path file) throws IOException {
    return Npy.read(file, Arena.ofAuto());
  }

  @ParameterizedTest
  @CsvSource({"f2,F16", "f4,F32", "f8,F64", "i1,I8", "i2,I16", "i4,I32", "i8,I64", "u1,U8"})
  void readsAndWritesWhatNumPyWrites(String name, DType dtype) throws IOException {
    var file = Fixtures.file(name + ".npy");
    assertEquals(Fixtures.ramp(dtype, 1), read(file));
    var copy = folder.resolve("copy.npy");
    Npy.write(copy, read(file).type(), read(file).data());
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(copy), "NumPy's own bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"scalar", "vector", "empty", "b1"})
  void writesTheBytesOfNumPyForEveryRank(String name) throws IOException {
    var file = Fixtures.file(name + ".npy");
    var copy = folder.resolve("copy.npy");
    Npy.write(copy, read(file).type(), read(file).data());
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(copy));
  }

  @ParameterizedTest
  @CsvSource({"version2,F32", "version3,F32", "big_endian,F64", "fortran_big_endian,I32"})
  void readsEveryVersionAndOrder(String name, DType dtype) throws IOException {
    assertEquals(Fixtures.ramp(dtype, 1), read(Fixtures.file(name + ".npy")));
  }

  @Test
  void readsFortranOrderOfRankThree() throws IOException {
    var literal = read(Fixtures.file("fortran.npy"));
    assertEquals(TensorType.of(DType.I16, 2, 3, 4), literal.type());
    for (int i = 0; i < 24; i++) assertEquals(i, literal.at(i));
  }

  @Test
  void readsScalarsAndEmptyArrays() throws IOException {
    assertEquals(Literal.scalar(DType.F32, 2.5), read(Fixtures.file("scalar.npy")));
    assertEquals(TensorType.f32(0, 3), read(Fixtures.file("empty.npy")).type());
    assertEquals(Fixtures.odd(), read(Fixtures.file("b1.npy")));
  }

  @Test
  void mapsPlainArraysInsteadOfCopying() throws IOException {
    assertTrue(read(Fixtures.file("f4.npy")).data().isMapped());
  }

  @Test
  void refusesWhatTheEngineHasNoTypeFor() {
    var complex =
        assertThrows(MalformedFileException.class, () -> read(Fixtures.file("complex.npy")));
    assertTrue(complex.getMessage().contains("'<c8'"), complex.getMessage());
    var structured =
        assertThrows(MalformedFileException.class, () -> read(Fixtures.file("structured.npy")));
    assertTrue(structured.getMessage().contains("structured"), structured.getMessage());
  }

  @Test
  void namesFileOffsetAndSizesOfATruncatedFile() throws IOException {
    var file = folder.resolve("short.npy");
    byte[] bytes = Files.readAllBytes(Fixtures.file("f4.npy"));
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    var failure = assertThrows(MalformedFileException.class, () -> read(file));
    assertEquals(128, failure.offset());
    assertEquals(
        file + ": at byte 128: f32[2,3] needs 24 bytes of data, the file has 23",
        failure.getMessage());
  }

  @Test
  void refusesToWriteWhatNpyCannotHold() {
    var bf16 = Literal.scalar(DType.BF16, 1);
    var failure =
        assertThrows(
            IllegalArgumentException.class,
            () -> Npy.write(folder.resolve("x.npy"), bf16.type(), bf16.data()));
    assertTrue(failure.getMessage().contains("safetensors"), failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"f4.npy", "version3.npy", "fortran.npy", "b1.npy"})
  void survivesHostileFiles(String name) throws IOException {
    new ReaderFuzz(folder, 1, Npy::read).run(Fixtures.file(name));
  }
}
