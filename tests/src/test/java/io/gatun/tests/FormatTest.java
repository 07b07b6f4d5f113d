package io.gatun.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The formatter check of the build: all hand-written Java is as google-java-format prints it.
/// `-Dformat.update=true` rewrites what is not.
class FormatTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void sourcesAreFormatted() throws IOException, FormatterException {
    var formatter = new Formatter();
    var unformatted = new ArrayList<String>();
    for (Path file : sources()) {
      String text = Files.readString(file);
      String formatted = formatter.formatSourceAndFixImports(text);
      if (formatted.equals(text)) continue;
      if (Boolean.getBoolean("format.update")) Files.writeString(file, formatted);
      else unformatted.add(ROOT.relativize(file).toString());
    }
    assertEquals(
        List.of(),
        unformatted,
        "run: mvn -pl tests -am test -Dtest=FormatTest -Dformat.update=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false");
  }

  private static List<Path> sources() throws IOException {
    try (var files = Files.walk(ROOT)) {
      return files
          .filter(f -> f.toString().endsWith(".java"))
          .filter(f -> !f.toString().contains("/target/") && !f.toString().contains("/generated/"))
          .sorted()
          .toList();
    }
  }
}
