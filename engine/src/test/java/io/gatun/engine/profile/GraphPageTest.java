package io.gatun.engine.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GraphPageTest {
  private static final String DATA = "<script type=\"application/json\" id=\"data\">";

  private static JsonNode data(String title, Plan plan) throws IOException {
    var page = GraphPage.html(title, plan, Optional.empty());
    int from = page.indexOf(DATA) + DATA.length();
    return new ObjectMapper().readTree(page.substring(from, page.indexOf("</script>", from)));
  }

  @Test
  void thePageHoldsEveryNodeEdgeAndStep() throws IOException {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(4, 3));
    var w = t.input("a<b & \"w\"", TensorType.f32(3, 2));
    t.output("sum", x.matmul(w).exp().sum(0));
    t.update(w, w.sub(x.sum(0).reshape(3, 1)));
    t.output("same", x);
    var plan = Compiler.compile(t.graph(), Target.cpu());
    var data = data("a & b", plan);
    assertEquals("a & b", data.get("title").asText());
    assertEquals(plan.graph().nodes().size(), data.get("nodes").size());
    int edges = 0;
    for (var node : data.get("nodes")) edges += node.get("in").size();
    assertEquals(plan.graph().nodes().stream().mapToInt(n -> n.inputs().size()).sum(), edges);
    assertEquals(plan.steps().size(), data.get("steps").size());
  }

  @Test
  void pagesOfLongChainsStayLinear() throws IOException {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(8));
    for (int i = 0; i < 3000; i++) x = x.mul(0.5).sin();
    t.output("y", x);
    var plan = Compiler.compile(t.graph(), Target.reference());
    assertTrue(GraphPage.html("chain", plan, Optional.empty()).length() < 6_000_000);
  }
}
