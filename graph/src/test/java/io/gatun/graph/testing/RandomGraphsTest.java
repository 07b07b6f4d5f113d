package io.gatun.graph.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.ir.Verifier;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class RandomGraphsTest {
  private static final int GRAPHS = 300;

  @Test
  void graphsAreValidAndTheirValuesFinite() {
    var kinds = new HashSet<Class<? extends Op>>();
    for (long seed = 0; seed < GRAPHS; seed++) {
      var graph = RandomGraphs.of(seed);
      var message = "seed " + seed + "\n" + graph;
      Verifier.verify(graph);
      assertEquals(graph.toString(), RandomGraphs.of(seed).toString(), message);
      assertEquals(graph.toString(), GraphText.parse(graph.toString()).toString(), message);
      for (var value : graph.evaluate(RandomGraphs.arguments(graph, seed))) {
        assertTrue(Arrays.stream(value.toDoubles()).allMatch(Double::isFinite), message);
      }
      graph.nodes().forEach(n -> kinds.add(n.op().getClass()));
    }
    assertEquals(15, kinds.size(), kinds::toString);
  }

  @Test
  void theShrinkerFindsTheOneNodeThatFails() {
    int shrunk = 0;
    for (long seed = 0; seed < GRAPHS; seed++) {
      var graph = RandomGraphs.of(seed);
      if (!hasTanh(graph)) continue;
      var small = Shrinker.shrink(graph, RandomGraphsTest::hasTanh);
      Verifier.verify(small);
      assertEquals(2, small.nodes().size(), "seed " + seed + "\n" + small);
      shrunk++;
    }
    assertTrue(shrunk > 10);
  }

  private static boolean hasTanh(Graph graph) {
    return graph.nodes().stream().anyMatch(n -> n.op().equals(new Unary(Unary.Kind.TANH)));
  }
}
