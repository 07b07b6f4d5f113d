package io.gatun.engine.io;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/// The rows of a CSV file (RFC 4180, UTF-8 with or without a byte order mark) whose first line
/// names the columns, one after the other. Spaces around values and empty lines are skipped. What
/// is wrong with a row is a [MalformedFileException] that names its line, and its column where
/// there is one.
public final class CsvRows implements Closeable {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(NaN|Infinity|([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?)");
  private static final int SHOWN = 40;

  private final Source source;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private final List<String> columns;
  private CSVRecord row;

  private CsvRows(Source source, Reader text, char separator) throws IOException {
    this.source = source;
    parser = CSVParser.parse(text, format(separator));
    records = parser.iterator();
    if (!advance()) throw source.malformed(0, "no line that names the columns");
    String first = row.get(0);
    List<String> names = row.toList();
    if (first.startsWith("\uFEFF")) names.set(0, first.substring(1));
    columns = List.copyOf(names);
    if (new HashSet<>(columns).size() < columns.size()) {
      throw source.malformed(0, "line 1: a column is named twice in " + columns);
    }
  }

  private static CSVFormat format(char separator) {
    return CSVFormat.DEFAULT
        .builder()
        .setDelimiter(separator)
        .setIgnoreSurroundingSpaces(true)
        .get();
  }

  /// Opens a file and reads the names of its columns.
  public static CsvRows open(Path file, char separator) throws IOException {
    var text = Files.newBufferedReader(file);
    try {
      return new CsvRows(Source.of(file), text, separator);
    } catch (IOException | RuntimeException failure) {
      text.close();
      throw failure;
    }
  }

  /// Names of the columns, left to right, all different.
  public List<String> columns() {
    return columns;
  }

  /// Goes to the next row; false after the last.
  ///
  /// @throws MalformedFileException if the row has not one value for each column
  public boolean next() throws IOException {
    if (!advance()) return false;
    if (row.size() != columns.size()) {
      throw malformed(
          "%d values for the %d columns %s".formatted(row.size(), columns.size(), columns));
    }
    return true;
  }

  private boolean advance() throws IOException {
    try {
      if (!records.hasNext()) return false;
      row = records.next();
      return true;
    } catch (UncheckedIOException broken) {
      var cause = broken.getCause();
      String fault = cause instanceof CharacterCodingException ? "not UTF-8" : "not CSV";
      throw source.broken(0, fault, cause);
    }
  }

  /// The value of a column in this row.
  public String text(int column) {
    return row.get(column);
  }

  /// The number in a column of this row, written in decimal; `NaN` and `Infinity` are numbers.
  public double number(int column) throws MalformedFileException {
    String text = text(column);
    if (NUMBER.matcher(text).matches()) return Double.parseDouble(text);
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    throw malformed(column, "\"" + shown + "\" is not a number");
  }

  /// A fault of the file as a whole.
  public MalformedFileException malformedFile(String reason) {
    return source.malformed(0, reason);
  }

  /// A fault of this row.
  public MalformedFileException malformed(String reason) {
    return source.malformed(
        row.getCharacterPosition(), "line " + parser.getCurrentLineNumber() + ": " + reason);
  }

  /// A fault of one value of this row.
  public MalformedFileException malformed(int column, String reason) {
    return source.malformed(
        row.getCharacterPosition(),
        "line %d, column '%s': %s"
            .formatted(parser.getCurrentLineNumber(), columns.get(column), reason));
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
