package io.gatun.graph.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EpiloguesTest {
  private static List<Integer> of(String text) {
    return Epilogues.of(GraphText.parse(text)).stream().map(n -> n.id()).sorted().toList();
  }

  @Test
  void whatIsKnownBeforeAContractionMayBeAddedToItsResult() {
    var found =
        of(
            """
            %0:f32[4,4] = input "x"
            %1:f32[4,4] = input "w"
            %2:f32[4,4] = matmul %0 %1
            %3:f32[4,4] = exp %2
            %4:f32[4,4] = matmul %3 %1
            %5:f32[4,4] = add %4 %2
            %6:f32[4,4] = add %5 %3
            return "y" %6
            """);
    assertEquals(List.of(3, 5, 6), found);
  }

  @Test
  void whatWaitsForTheContractionMayNot() {
    var found =
        of(
            """
            %0:f32[4,4] = input "x"
            %1:f32[4,4] = input "w"
            %2:f32[4,4] = matmul %0 %1
            %3:f32[4,1] = reduce.max axes=[1] keep %2
            %4:f32[4,4] = broadcast [4,4] %3
            %5:f32[4,4] = sub %2 %4
            return "y" %5
            """);
    assertEquals(List.of(), found);
  }

  @Test
  void twoContractionsOfOneLevelMayBeAdded() {
    var found =
        of(
            """
            %0:f32[4,4] = input "x"
            %1:f32[4,4] = input "w"
            %2:f32[4,4] = matmul %0 %1
            %3:f32[4,4] = matmul %1 %0
            %4:f32[4,4] = add %2 %3
            return "y" %4
            """);
    assertEquals(List.of(4), found);
  }

  @Test
  void theSlopeOfAnActivationIsComputedWithItsValue() {
    Graph step = step();
    var plan = Compiler.compile(step, Target.cpu());
    var reads =
        plan.groups().stream()
            .filter(g -> g.nodes().stream().anyMatch(n -> n.op() instanceof MatMul))
            .map(g -> g.reads().stream().filter(n -> n.type().size() == 64 * 64).count())
            .collect(Collectors.toList());
    // The gradient of the hidden layer reads the slope, and that of a weight a value.
    assertTrue(reads.stream().allMatch(count -> count <= 2), () -> "large operands " + reads);
  }

  private static Graph step() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(64, 8));
    var v = t.input("v", TensorType.f32(8, 64));
    var w = t.input("w", TensorType.f32(64, 8));
    var y = Nn.geluTanh(x.matmul(v)).matmul(w);
    var loss = y.square().sum();
    t.output("loss", loss);
    var gradients = Gradient.of(loss, List.of(v, w));
    t.update(v, v.sub(gradients.get(0)));
    t.update(w, w.sub(gradients.get(1)));
    return t.graph();
  }
}
