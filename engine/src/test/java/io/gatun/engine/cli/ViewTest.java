package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewTest {
  private static final String DATA = "<script type=\"application/json\" id=\"data\">";

  @TempDir Path folder;

  private static JsonNode data(String page) throws IOException {
    int from = page.indexOf(DATA) + DATA.length();
    return new ObjectMapper().readTree(page.substring(from, page.indexOf("</script>", from)));
  }

  @Test
  void aPageHoldsTheNodesOfAModelTheirStepsAndTimes() throws IOException {
    var out = folder.resolve("graph.html");
    var model = Path.of("../graph/src/test/resources/onnx/mlp/model.onnx");
    var run = CommandRun.of("view", model, "--dim", "batch=8", "--profile", "-o", out);
    assertEquals(0, run.code(), run.err());
    var page = Files.readString(out);
    assertFalse(page.contains("src=") || page.contains("http"), "the page must load nothing");
    var data = data(page);
    var places = new HashSet<String>();
    var sources = new HashSet<String>();
    for (var node : data.get("nodes")) {
      assertTrue(places.add(node.get("x") + " " + node.get("y")), "on top of another: " + node);
      assertTrue(node.get("step").asInt() < data.get("steps").size(), node.toString());
      sources.add(node.get("source").asText());
    }
    assertTrue(sources.contains("first"), sources.toString());
    for (var step : data.get("steps")) assertTrue(step.get("us").asDouble() > 0, step.toString());
  }

  @Test
  void textInNamesCannotEndTheScript() throws IOException {
    var graph = folder.resolve("graph.ir");
    Files.writeString(
        graph, "%0:f32[4] = input \"</script><!--\"\n%1:f32[4] = exp %0\nreturn \"y\" %1\n");
    var out = folder.resolve("graph.html");
    var run = CommandRun.of("view", graph, "--out", out);
    assertEquals(0, run.code(), run.err());
    var input = data(Files.readString(out)).get("nodes").get(0);
    assertEquals("</script><!--", input.get("name").asText());
  }
}
