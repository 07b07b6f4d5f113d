package io.gatun.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of the documentation with listings that a test makes: each fenced block behind a comment
/// `<!-- listing NAME -->`.
record Page(Path file) {
  private static final Pattern LISTING =
      Pattern.compile("<!-- listing (\\S+) -->\n```(\\w*)\n(.*?)```\n", Pattern.DOTALL);

  /// A page below the repository root.
  static Page of(String path) {
    return new Page(Path.of("..").resolve(path));
  }

  String text() throws IOException {
    return Files.readString(file);
  }

  /// Checks that every listing is what `source` gives for its name; `-Dgolden.update=true` rewrites
  /// those that are not. Answers how many there are.
  int check(UnaryOperator<String> source) throws IOException {
    var text = text();
    var count = new int[1];
    var fresh =
        LISTING
            .matcher(text)
            .replaceAll(
                m -> {
                  count[0]++;
                  return Matcher.quoteReplacement(
                      "<!-- listing %s -->\n```%s\n%s```\n"
                          .formatted(m.group(1), m.group(2), source.apply(m.group(1))));
                });
    if (Boolean.getBoolean("golden.update")) Files.writeString(file, fresh);
    else assertEquals(fresh, text, file + " is stale: run with -Dgolden.update=true");
    return count[0];
  }
}
