package io.gatun.graph.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.ir.GraphException;
import io.gatun.graph.target.Target;
import io.gatun.graph.testing.RandomGraphs;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlanFileTest {
  private static Plan plan(long seed) {
    return Compiler.compile(RandomGraphs.of(seed), Target.cpu());
  }

  @Test
  void readingGivesTheSamePlan() {
    for (long seed = 0; seed < 100; seed++) {
      var plan = plan(seed);
      var read = PlanFile.read(PlanFile.write(plan));
      assertEquals(PlanText.print(plan), PlanText.print(read), "seed " + seed);
      assertEquals(PlanFile.write(plan), PlanFile.write(read), "seed " + seed);
    }
  }

  @Test
  void damagedPlansAreRefusedWithTheLine() {
    var text = PlanFile.write(plan(1));
    var random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      var damaged = new StringBuilder(text);
      int at = random.nextInt(text.length());
      if (random.nextBoolean()) damaged.setLength(at);
      else damaged.setCharAt(at, (char) (32 + random.nextInt(95)));
      try {
        PlanFile.read(damaged.toString());
      } catch (GraphException e) {
        assertTrue(e.getMessage().length() > 10, e.getMessage());
      }
    }
    var error =
        assertThrows(GraphException.class, () -> PlanFile.read("gatun-plan 1 target tpu\n"));
    assertTrue(error.getMessage().contains("tpu"), error.getMessage());
  }
}
