package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.engine.data.Pretrained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A tiny encoder whose features are rows of a table (make_pretrained_fixtures.py), and the real
/// one where the cache has it.
class EmbedTest {
  private static final Path FOLDER = Path.of("src/test/resources/pretrained");

  @TempDir private Path folder;

  private static CommandRun embed(Object... arguments) {
    var all = new ArrayList<Object>(List.of("embed", "--model", FOLDER.resolve("encoder.onnx")));
    all.addAll(List.of("--tokenizer", FOLDER.resolve("tokenizer.json")));
    all.addAll(List.of(arguments));
    return CommandRun.of(all.toArray());
  }

  @Test
  void givesTheMeanOfTheTokensAtLengthOne() {
    var run = embed("--json", "Ship", "whale sails", "sails sinks ship");
    assertEquals(0, run.code(), run.err());
    var vectors = run.json().get("vectors");
    assertEquals(1, vectors.get(0).get(0).asDouble(), 1e-6);
    assertEquals(3 / Math.sqrt(34), vectors.get(1).get(0).asDouble(), 1e-6);
    assertEquals(5 / Math.sqrt(34), vectors.get(1).get(1).asDouble(), 1e-6);
    assertEquals(Math.sqrt(0.5), vectors.get(2).get(0).asDouble(), 1e-6);
  }

  @Test
  void similarityIsTheCosine() {
    var run = embed("--similarity", "--pooling=first", "ship sails", "sails");
    assertEquals(0, run.code(), run.err());
    assertEquals("  1.0000  0.6000  ship sails\n  0.6000  1.0000  sails\n", run.out());
  }

  @Test
  void textsOfAllLengthsAndNumbers() {
    var texts = new ArrayList<Object>(List.of("--json", "ship ".repeat(600)));
    for (int i = 1; i < 40; i++) texts.add("whale " + "sinks ".repeat(i));
    var run = embed(texts.toArray());
    assertEquals(0, run.code(), run.err());
    for (var vector : run.json().get("vectors")) {
      assertEquals(1, vector.get(0).asDouble() + vector.get(1).asDouble(), 1e-6);
    }
  }

  @Test
  void whatIsMissingIsNamedWithItsCure() throws IOException {
    var noTokenizer = CommandRun.of("embed", "--model", "bert.onnx", "text");
    assertEquals(2, noTokenizer.code());
    assertTrue(noTokenizer.err().contains("--tokenizer"), noTokenizer.err());
    var broken = Files.writeString(folder.resolve("broken.json"), "{}");
    var encoder = FOLDER.resolve("encoder.onnx");
    var run = CommandRun.of("embed", "--model", encoder, "--tokenizer", broken, "text");
    assertEquals(1, run.code());
    if (!Pretrained.BGE_SMALL_ZH.isCached()) {
      var notFetched = CommandRun.of("embed", "--model=bge-small-zh", "text");
      assertEquals(1, notFetched.code());
      assertTrue(notFetched.err().contains("gatun fetch bge-small-zh"), notFetched.err());
    }
  }

  @Test
  void fetchListsAndRefusesUnknownNames() {
    var list = CommandRun.of("fetch");
    assertEquals(0, list.code(), list.err());
    for (var each : Pretrained.values()) assertTrue(list.out().contains(each.text() + " "));
    var run = CommandRun.of("fetch", "nothing");
    assertEquals(2, run.code());
    assertTrue(run.err().contains("minilm-int8"), run.err());
  }

  @Test
  void miniLmKnowsWhatIsAlike() throws IOException {
    assumeTrue(Pretrained.MINILM.isCached(), "'gatun fetch minilm' fetches the model of this test");
    var run =
        CommandRun.of(
            "embed",
            "--similarity",
            "A man is eating food.",
            "A man is eating a piece of bread.",
            "The girl is carrying a baby.");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().startsWith("  1.0000  0.7553 -0.1050  A man"), run.out());
  }
}
