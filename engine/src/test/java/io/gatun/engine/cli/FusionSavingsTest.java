package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.TensorType;
import org.junit.jupiter.api.Test;

class FusionSavingsTest {
  /// `exp(x) * b`, with `b` broadcast: two launches read 1000 + (1000 + 10) and write 2 * 1000
  /// floats; one reads 1000 + 10 and writes 1000.
  @Test
  void countsWhatIsNotStored() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(100, 10));
    t.output("y", x.exp().mul(t.input("b", TensorType.f32(10))));
    var plan = Compiler.compile(t.graph(), Target.cpu());
    assertEquals(new FusionSavings(1, 4 * 2010, 2, 4 * 4010), FusionSavings.of(plan, 1));
  }
}
