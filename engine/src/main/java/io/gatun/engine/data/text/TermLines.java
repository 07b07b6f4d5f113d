package io.gatun.engine.data.text;

import io.gatun.engine.io.AtomicFile;
import io.gatun.engine.io.MalformedFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/// A text file with a line for each of many different terms: the term, a separator and a number.
final class TermLines {
  private final char separator;
  private final Pattern line;

  /// Lines of terms without `separator` and of numbers that match `number`.
  TermLines(char separator, String number) {
    this.separator = separator;
    String quoted = Pattern.quote(String.valueOf(separator));
    line = Pattern.compile("([^%s]+)%s(%s)".formatted(quoted, quoted, number));
  }

  void write(Path file, SequencedMap<String, String> numbers) throws IOException {
    var lines = new StringBuilder();
    for (Map.Entry<String, String> each : numbers.entrySet()) {
      lines.append(each.getKey()).append(separator).append(each.getValue()).append('\n');
    }
    AtomicFile.writeText(file, lines.toString());
  }

  /// The terms and their numbers, in the order of the file.
  ///
  /// @throws MalformedFileException if a line has another form or repeats a term, naming the line
  SequencedMap<String, String> read(Path file) throws IOException {
    var numbers = new LinkedHashMap<String, String>();
    var lines = TextFile.read(file).lines().toList();
    long offset = 0;
    for (int i = 0; i < lines.size(); i++) {
      String each = lines.get(i);
      var match = line.matcher(each);
      if (!match.matches() || numbers.put(match.group(1), match.group(2)) != null) {
        throw new MalformedFileException(
            file,
            offset,
            "line %d: '%s' is not another term and its number".formatted(i + 1, each));
      }
      offset += each.getBytes(StandardCharsets.UTF_8).length + 1;
    }
    return numbers;
  }
}
