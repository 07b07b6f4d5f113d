package io.gatun.graph.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Plan;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import io.gatun.graph.testing.SampleArrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleFiltersTest {
  private static final int CHANNELS = 640;

  /// `x (w * factors)`, or the transpose of `w`: too large to be evaluated by the reference.
  private static Graph graph(boolean isTransposed) {
    var t = new Tracer();
    var type = TensorType.f32(CHANNELS, CHANNELS);
    var w = t.constant(Literal.of(NdArray.of(type, i -> i % 7 - 3)));
    var filter = isTransposed ? w.transpose() : w;
    var factors = t.constant(NdArray.of(TensorType.f32(CHANNELS), i -> 1 + i % 5));
    t.output("y", t.input("x", TensorType.f32(2, CHANNELS)).matmul(filter.mul(factors)));
    return t.graph();
  }

  private static boolean multiplies(Graph graph) {
    return graph.nodes().stream().anyMatch(n -> n.op().equals(new Binary(Binary.Kind.MUL)));
  }

  @Test
  void aProductOfConstantsBecomesAConstant() {
    for (boolean isTransposed : List.of(false, true)) {
      var graph = graph(isTransposed);
      var scaled = new ScaleFilters().run(graph);
      assertTrue(multiplies(graph) && !multiplies(scaled));
      var x = SampleArrays.random(TensorType.f32(2, CHANNELS), 1);
      ValueCheck.assertPreserves(graph, scaled, List.of(x), "transposed: " + isTransposed);
    }
  }

  private static long constants(Plan plan) {
    return plan.graph().nodes().stream()
        .filter(n -> n.op() instanceof Constant && n.type().size() == CHANNELS * CHANNELS)
        .count();
  }

  @Test
  void aTargetMultipliesWhenItPacksOrBefore() {
    for (boolean isTransposed : List.of(false, true)) {
      var graph = graph(isTransposed);
      var cpu = Compiler.compile(graph, Target.cpu());
      assertTrue(multiplies(cpu.graph()));
      assertEquals(1, cpu.steps().size(), "one contraction, which multiplies while it packs");
      assertEquals(1, constants(cpu));
      var cuda = Compiler.compile(graph, Target.cuda("sm_90"));
      assertTrue(!multiplies(cuda.graph()));
      assertEquals(1, constants(cuda));
    }
  }
}
