package io.gatun.graph.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.target.Target;
import io.gatun.graph.testing.RandomGraphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Each file `passes/NAME.txt` or `passes/NAME-case.txt` holds a graph, a line `---` and what pass
/// NAME makes of it; `pipeline` is all passes for the CPU. `-Dgolden.update=true` rewrites them.
class GoldenPassTest {
  private static final Path FILES = Path.of("src/test/resources/passes");
  private static final String SEPARATOR = "---\n";

  @TestFactory
  Stream<DynamicTest> graphsBecomeWhatTheFilesSay() throws IOException {
    try (var files = Files.list(FILES)) {
      var sorted = files.sorted().toList();
      assertTrue(sorted.size() > 10);
      return sorted.stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }
  }

  private static void check(Path file) throws IOException {
    var text = Files.readString(file);
    int end = text.indexOf(SEPARATOR);
    var input = end < 0 ? text : text.substring(0, end);
    var graph = GraphText.parse(input);
    var result = run(file.getFileName().toString(), graph);
    ValueCheck.assertPreserves(graph, result, RandomGraphs.arguments(graph, 1), file.toString());
    var actual = input + SEPARATOR + result;
    if (Boolean.getBoolean("golden.update")) Files.writeString(file, actual);
    else assertEquals(text, actual, "run with -Dgolden.update=true to accept");
  }

  private static Graph run(String file, Graph graph) {
    var pipeline = Pipeline.of(Target.cpu());
    if (file.startsWith("pipeline")) return pipeline.run(graph, Pipeline.Observer.VERIFY);
    return pipeline.passes().stream()
        .filter(pass -> file.startsWith(pass.name()))
        .findFirst()
        .orElseThrow()
        .run(graph);
  }
}
