package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.ir.GraphText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompileTest {
  private static final String GRAPH =
      """
      %0:f32[4,3] = input "x"
      %1:f32[3,2] = input "w"
      %2:f32[4,2] = matmul %0 %1
      %3:f32[4,2] = tanh %2
      return "y" %3
      """;

  @TempDir Path folder;

  private Path graph(String text) throws IOException {
    return Files.writeString(folder.resolve("graph.ir"), text);
  }

  @Test
  void showsThePlan() throws IOException {
    var run = CommandRun.of("compile", graph(GRAPH), "--device=reference");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().startsWith("plan for reference: 2 kernels, 0 copies"), run.out());
  }

  @Test
  void jsonHasTheTotals() throws IOException {
    var json = CommandRun.of("compile", graph(GRAPH), "--json").json();
    assertEquals("cpu", json.get("target").asText());
    assertEquals(1, json.get("kernels").asInt());
    assertEquals(2 * 4 * 2 * 3 + 8, json.get("flops").asInt());
  }

  @Test
  void dumpsEveryPassThePlanAndThePage() throws IOException {
    var dump = folder.resolve("dump");
    assertEquals(0, CommandRun.of("compile", graph(GRAPH), "--dump", dump).code());
    assertEquals(GraphText.parse(GRAPH).toString(), Files.readString(dump.resolve("00-traced.ir")));
    try (var files = Files.list(dump)) {
      var passes =
          files
              .map(f -> f.getFileName().toString())
              .filter(n -> n.endsWith(".ir"))
              .sorted()
              .toList();
      assertTrue(passes.size() > 2, passes.toString());
      var last = GraphText.parse(Files.readString(dump.resolve(passes.getLast())));
      assertEquals(GraphText.parse(GRAPH), last);
    }
    assertTrue(Files.readString(dump.resolve("plan.txt")).startsWith("plan for cpu"));
    assertTrue(Files.readString(dump.resolve("kernels/00.txt")).contains("f0 = sum"));
    var page = Files.readString(dump.resolve("graph.html"));
    assertTrue(page.startsWith("<!DOCTYPE html>"));
    assertFalse(page.contains("src="), "the page must not load anything");
  }

  @Test
  void aBrokenGraphIsOneLineWithItsNumber() throws IOException {
    var run =
        CommandRun.of("compile", graph(GRAPH.replace("f32[4,2] = matmul", "f32[4,9] = matmul")));
    assertEquals(1, run.code());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("3"), run.err());
  }

  @Test
  void aMissingFileIsNamed() {
    var run = CommandRun.of("compile", folder.resolve("none.ir"));
    assertEquals(1, run.code());
    assertEquals("gatun: there is no file " + folder.resolve("none.ir") + "\n", run.err());
  }
}
