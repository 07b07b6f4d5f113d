package io.gatun.graph.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.TensorType;
import org.junit.jupiter.api.Test;

class PlanTextTest {
  private static Plan plan() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(4, 3));
    var w = t.input("a<b & \"w\"", TensorType.f32(3, 2));
    var y = x.matmul(w).exp();
    t.output("sum", y.sum(0));
    t.update(w, w.sub(x.sum(0).reshape(3, 1)));
    t.output("same", x);
    return Compiler.compile(t.graph(), Target.cpu());
  }

  @Test
  void everyStepHasItsLine() {
    var plan = plan();
    var lines = PlanText.summary(plan).lines().toList();
    assertEquals(1 + plan.steps().size(), lines.size());
    assertTrue(lines.getFirst().startsWith("plan for cpu: "), lines.getFirst());
    for (int i = 0; i < plan.steps().size(); i++) {
      assertTrue(lines.get(i + 1).startsWith("step " + i + "  "), lines.get(i + 1));
    }
  }

  @Test
  void theFullTextNamesSignatureAndPlaces() {
    var text = PlanText.print(plan());
    assertTrue(text.contains("input 0  %0 \"x\" f32[4,3]\n"), text);
    assertTrue(
        text.matches("(?s).*input 1  %\\d+ \"a<b & \"w\"\" f32\\[3,2], becomes %\\d+\n.*"), text);
    assertTrue(text.contains("\"sum\" f32[2]\n"), text);
    assertTrue(text.contains("copy input 0 to result 1  (0 flop, 48 B read, 48 B written)"), text);
    assertTrue(text.contains("contract m<4 n<2 k<3: matmul exp  ("), text);
    assertTrue(text.matches("(?s).*reads   %\\d+ f32\\[4,3] in input 0.*"), text);
    assertTrue(text.matches("(?s).*writes  %\\d+ f32\\[4,2] in arena\\+0.*"), text);
  }

  @Test
  void numbersAreScaled() {
    assertEquals("1023 B", PlanText.bytes(1023));
    assertEquals("1.5 KiB", PlanText.bytes(1536));
    assertEquals("2.0 GiB", PlanText.bytes(2L << 30));
    assertEquals("6.4 Mflop", PlanText.flops(6_422_528));
  }
}
