package io.gatun.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Setting;
import io.gatun.engine.cli.Console;
import io.gatun.engine.example.Examples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/// The programs of the pages are quoted from compiled and tested examples; what pages name is
/// there, and what is there is named.
class ReadmeTest {
  private static final Path EXAMPLES = Path.of("src/test/java/io/gatun/examples");
  private static final Path NN = Path.of("../engine/src/main/java/io/gatun/engine/nn");
  private static final Pattern RECORD = Pattern.compile("(?m)^public record (\\w+)");
  private static final Pattern PATH =
      Pattern.compile("`((?:graph|engine|tests|docs)/[\\w./-]+\\.\\w+)`");

  /// The lines between `// quote` and `// end` of an example `Name`, or between `// quote part` and
  /// `// end` of `Name.part`, moved to the left.
  private static String quote(String listing) {
    try {
      var name = listing.split("\\.");
      var text = Files.readString(EXAMPLES.resolve(name[0] + ".java"));
      var start = "// quote" + (name.length == 1 ? "" : " " + name[1]) + "\n";
      int from = text.indexOf(start) + start.length();
      return text.substring(from, text.indexOf("// end", from)).stripIndent().strip() + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theProgramsAreThoseOfTheExamples() throws IOException {
    assertEquals(2, Page.of("README.md").check(ReadmeTest::quote));
    assertEquals(4, Page.of("docs/adding-a-layer.md").check(ReadmeTest::quote));
    assertEquals(7, Page.of("docs/learning.md").check(ReadmeTest::quote));
  }

  @Test
  void theReadmeNamesEveryExample() throws IOException {
    var console = new Console(System.out, System.err);
    for (var example : Examples.all(console)) {
      var name = example.getClass().getAnnotation(Command.class).name();
      assertTrue(Page.of("README.md").text().contains("| `" + name + "` |"), name);
    }
  }

  @Test
  void thePageOnLearningNamesEveryPart() throws IOException {
    var text = Page.of("docs/learning.md").text();
    for (var part : List.of("layer", "loss", "metric", "optimizer")) {
      try (var files = Files.list(NN.resolve(part))) {
        for (var file : files.toList()) {
          var record = RECORD.matcher(Files.readString(file));
          if (record.find()) assertTrue(text.contains("`" + record.group(1) + "`"), "" + file);
        }
      }
    }
  }

  @Test
  void everyFileThatAPageNamesExists() throws IOException {
    for (var page :
        List.of(
            "README.md",
            "docs/learning.md",
            "docs/architecture.md",
            "docs/adding-a-layer.md",
            "docs/adding-an-op.md",
            "docs/debugging.md")) {
      var paths = PATH.matcher(Page.of(page).text());
      while (paths.find()) {
        var file = Path.of("..").resolve(paths.group(1));
        assertTrue(Files.exists(file), page + " names " + paths.group(1));
      }
    }
  }

  @Test
  void thePageOnDebuggingNamesEverySetting() throws IOException {
    var text = Page.of("docs/debugging.md").text();
    for (var setting : Setting.values()) {
      assertTrue(text.contains("`" + setting.variable()), setting.variable());
    }
  }
}
