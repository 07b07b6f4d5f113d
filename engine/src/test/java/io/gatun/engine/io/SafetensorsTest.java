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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir Path folder;

  private static Safetensors read(Path file) throws IOException {
    return Safetensors.read(file, Arena.ofAuto());
  }

  @ParameterizedTest
  @CsvSource({
    "f64,F64,1",
    "f32,F32,1",
    "f16,F16,1",
    "bf16,BF16,1",
    "i64,I64,-1",
    "i32,I32,-1",
    "i16,I16,-1",
    "i8,I8,-1",
    "u8,U8,1"
  })
  void readsEveryElementType(String name, DType dtype, double factor) throws IOException {
    var tensor = read(Fixtures.file("all.safetensors")).tensors().get(name);
    assertEquals(Fixtures.ramp(dtype, factor), tensor);
    assertTrue(tensor.data().isMapped());
  }

  @Test
  void readsBooleansScalarsEmptyTensorsAndMetadata() throws IOException {
    var file = read(Fixtures.file("all.safetensors"));
    assertEquals(Fixtures.odd(), file.tensors().get("bool"));
    assertEquals(Literal.scalar(DType.U8, 7), file.tensors().get("scalar"));
    assertEquals(TensorType.of(DType.U8, 0, 3), file.tensors().get("empty").type());
    assertEquals(Map.of("format", "pt", "note", "grüße"), file.metadata());
    assertEquals("bf16", file.tensors().firstKey());
  }

  @Test
  void writesWhatItReadsAlignedAndAlwaysTheSame() throws IOException {
    var file = read(Fixtures.file("all.safetensors"));
    var copy = folder.resolve("copy.safetensors");
    file.write(copy);
    byte[] bytes = Files.readAllBytes(copy);
    var back = read(copy);
    assertEquals(file, back);
    back.write(copy);
    assertArrayEquals(bytes, Files.readAllBytes(copy));
    for (var tensor : read(copy).tensors().values()) {
      assertEquals(0, tensor.data().address() % tensor.type().dtype().bytes(), tensor.toString());
    }
  }

  @Test
  void writesAFileWithoutTensors() throws IOException {
    var file = folder.resolve("none.safetensors");
    Safetensors.of(Map.of()).write(file);
    assertEquals(Safetensors.of(Map.of()), read(file));
  }

  private Path file(String json, int dataBytes) throws IOException {
    byte[] text = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    var bytes = ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    return Files.write(
        folder.resolve("made.safetensors"), bytes.putLong(text.length).put(text).array());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}} | 5 | belong to no tensor",
        "{'a':{'dtype':'U8','shape':[9],'data_offsets':[0,9]}} | 5 | outside of the 5 bytes",
        "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,4]}} | 4 | needs 16 bytes",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[1,5]}} | 5 | leaves a hole",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[-4,0]}} | 5 | data_offsets are -4 to 0",
        "{'a':{'dtype':'U8','shape':[-4],'data_offsets':[0,4]}} | 4 | dimension -4",
        "{'a':{'dtype':'F64','shape':[2147483647,2147483647,3],'data_offsets':[0,4]}}|4|overflows",
        "{'a':{'dtype':'C64','shape':[1],'data_offsets':[0,8]}} | 8 | dtype 'C64'",
        "{'a':{'dtype':'U8','shape':[1.5],'data_offsets':[0,8]}} | 8 | wanted a whole number",
        "{'a':{'dtype':'BOOL','shape':[1],'data_offsets':[0,1]},'a':{}} | 1 | Duplicate field",
        "{'a':{'dtype':'U8','shape':[1]}} | 1 | needs dtype, shape and two data_offsets",
        "{'__metadata__':{'a':1}} | 0 | wanted a string",
        "{'a':[[[[[[[[]]]]]]]]} | 0 | wanted an object",
        "{'a':{'dtype':'U8','shape':[[[[1]]]],'data_offsets':[0,1]}} | 1 | wanted a whole number",
        "[] | 0 | wanted an object",
        "{} {} | 0 | text after the header",
      })
  void refusesBrokenHeaders(String json, int dataBytes, String reason) throws IOException {
    var file = file(json, dataBytes);
    var failure = assertThrows(MalformedFileException.class, () -> read(file));
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
    assertTrue(failure.getMessage().startsWith(file + ": at byte "), failure.getMessage());
  }

  @Test
  void refusesOverlappingTensors() throws IOException {
    var file =
        file(
            "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},"
                + "'b':{'dtype':'U8','shape':[4],'data_offsets':[2,6]}}",
            6);
    var failure = assertThrows(MalformedFileException.class, () -> read(file));
    assertTrue(failure.getMessage().contains("overlaps"), failure.getMessage());
  }

  @Test
  void refusesHugeHeaderLengths() throws IOException {
    var file = folder.resolve("huge.safetensors");
    for (long length : new long[] {-1, Long.MAX_VALUE, Long.MIN_VALUE, 0, 9}) {
      var bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Files.write(file, bytes.array());
      var failure = assertThrows(MalformedFileException.class, () -> read(file));
      assertTrue(failure.getMessage().contains("header length"), failure.getMessage());
    }
  }

  @Test
  void refusesTensorsNamedAsTheMetadata() {
    var tensors = Map.of("__metadata__", Literal.scalar(DType.F32, 1));
    assertThrows(IllegalArgumentException.class, () -> Safetensors.of(tensors));
  }

  @Test
  void survivesHostileFiles() throws IOException {
    new ReaderFuzz(folder, 1, Safetensors::read).run(Fixtures.file("all.safetensors"));
  }
}
