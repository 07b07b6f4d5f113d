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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTest {
  @TempDir Path folder;

  private Csv read(String text) throws IOException {
    return Csv.read(Files.writeString(folder.resolve("x.csv"), text), Arena.ofAuto());
  }

  @Test
  void readsNumbersUnderTheirNames() throws IOException {
    var csv = read("time, \"price, net\"\n1,-2.5e3\n\n2, 7\r\n");
    assertEquals(List.of("time", "price, net"), csv.columns());
    assertEquals(Literal.of(TensorType.of(DType.F64, 2, 2), 1, -2500, 2, 7), csv.rows());
    assertEquals(TensorType.of(DType.F64, 0, 2), read("a,b\n").rows().type());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,b;1,2;3,x | line 3, column 'b': \"x\" is not a number",
        "a,b;1,2;3 | line 3: 1 values for the 2 columns [a, b]",
        "a,a;1,2 | line 1: a column is named twice",
        "a;\"1 | not CSV",
        "a,b;1,2;3,0x1p3 | line 3, column 'b': \"0x1p3\" is not a number",
        "a,b;2d,1 | line 2, column 'a': \"2d\" is not a number",
        "a,b;1,. | line 2, column 'b': \".\" is not a number",
        "'' | no line that names the columns",
      })
  void namesLineAndColumnOfAFault(String text, String reason) {
    var failure = assertThrows(MalformedFileException.class, () -> read(text.replace(';', '\n')));
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
  }

  @Test
  void saysThatAFileIsNotUtf8() throws IOException {
    byte[] latin = "a\n1\n\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
    var file = Files.write(folder.resolve("x.csv"), latin);
    var failure = assertThrows(MalformedFileException.class, () -> Csv.read(file, Arena.ofAuto()));
    assertTrue(failure.getMessage().contains("not UTF-8"), failure.getMessage());
  }

  @Test
  void skipsAByteOrderMark() throws IOException {
    assertEquals(List.of("a", "b"), read("\uFEFFa,b\n1,2\n").columns());
  }

  @Test
  void survivesHostileFiles() throws IOException {
    Path good = folder.resolve("good.csv");
    Files.writeString(good, "time,price\n" + "1,2.5\n-3,\"4e2\"\n".repeat(20));
    new ReaderFuzz(folder, 8, Csv::read).run(good);
  }
}
