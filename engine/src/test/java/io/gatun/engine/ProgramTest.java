package io.gatun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramTest {
  private static Graph negated(List<TensorType> types) {
    var t = new Tracer();
    t.output("y", t.input("x", types.getFirst()).neg());
    return t.graph();
  }

  private static List<TensorType> rows(int n) {
    return List.of(TensorType.f32(n));
  }

  @Test
  void compilesOnceForEachShape() {
    try (var device = Devices.open("reference");
        var program = new Program("negated", device, ProgramTest::negated)) {
      var first = program.of(rows(2));
      assertSame(first, program.of(rows(2)));
      assertNotSame(first, program.of(rows(3)));
      assertSame(first, program.of(rows(2)));
      assertEquals(2, program.compilations());
      try (var x = Tensor.of("x", TensorType.f32(2), 1, 2)) {
        var y = first.run(List.of(x)).getFirst();
        assertEquals(-2, y.toFloats()[1]);
        y.close();
      }
    }
  }

  @Test
  void theLeastRecentlyUsedGoesWithAWarning() {
    var warnings = new ArrayList<String>();
    try (var device = Devices.open("reference");
        var program = new Program("negated", device, 2, ProgramTest::negated, warnings::add)) {
      var two = program.of(rows(2));
      program.of(rows(3));
      assertTrue(warnings.isEmpty());
      assertSame(two, program.of(rows(2)));
      program.of(rows(4));
      assertEquals(1, warnings.size());
      assertTrue(warnings.getFirst().contains("[f32[4]]"), warnings.getFirst());
      assertTrue(warnings.getFirst().contains("[f32[3]]"), warnings.getFirst());
      assertSame(two, program.of(rows(2)));
    }
  }
}
