package io.gatun.engine.io;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/// Numbers of a CSV file (RFC 4180, UTF-8) whose first line names the columns.
///
/// @param columns names, left to right
/// @param rows `f64[n,columns]`
public record Csv(List<String> columns, Literal rows) {
  private static final int MAX_VALUES = 1 << 29;
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setIgnoreSurroundingSpaces(true).get();

  /// Copies the list.
  public Csv {
    columns = List.copyOf(columns);
  }

  /// Reads all rows into `arena`. What is not a number is refused, with its line and column.
  public static Csv read(Path file, Arena arena) throws IOException {
    var source = Source.of(file);
    try (var text = Files.newBufferedReader(file);
        var parser = CSVParser.parse(text, FORMAT)) {
      var records = parser.iterator();
      if (!records.hasNext()) throw source.malformed(0, "no line that names the columns");
      List<String> columns = records.next().toList();
      if (new HashSet<>(columns).size() < columns.size()) {
        throw source.malformed(0, "line 1: a column is named twice in " + columns);
      }
      double[] values = new double[0];
      int size = 0;
      while (records.hasNext()) {
        double[] row = numbers(records.next(), parser.getCurrentLineNumber(), columns, source);
        if (size > MAX_VALUES - row.length) {
          throw source.malformed(0, "more than " + MAX_VALUES + " values; use npy for these");
        }
        if (values.length < size + row.length) {
          values = Arrays.copyOf(values, size + Math.max(size, row.length));
        }
        System.arraycopy(row, 0, values, size, row.length);
        size += row.length;
      }
      var type = TensorType.of(DType.F64, size / columns.size(), columns.size());
      var data = arena.allocate(type.bytes(), 64);
      MemorySegment.copy(values, 0, data, ValueLayout.JAVA_DOUBLE, 0, size);
      return new Csv(columns, Literal.of(type, data));
    } catch (CharacterCodingException broken) {
      throw source.broken(0, "not UTF-8", broken);
    } catch (CSVException broken) {
      throw source.broken(0, "not CSV", broken);
    } catch (UncheckedIOException broken) {
      throw source.broken(0, "not CSV", broken.getCause());
    }
  }

  private static double[] numbers(CSVRecord row, long line, List<String> columns, Source source)
      throws MalformedFileException {
    long offset = row.getCharacterPosition();
    if (row.size() != columns.size()) {
      throw source.malformed(
          offset,
          "line %d: %d values for the %d columns %s"
              .formatted(line, row.size(), columns.size(), columns));
    }
    double[] numbers = new double[row.size()];
    for (int i = 0; i < numbers.length; i++) {
      try {
        numbers[i] = Double.parseDouble(row.get(i));
      } catch (NumberFormatException notANumber) {
        throw source.broken(
            offset, "line %d, column '%s'".formatted(line, columns.get(i)), notANumber);
      }
    }
    return numbers;
  }
}
