package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LoopMergeTest {
  private static LoopKernel merged(Consumer<Tracer> program) {
    return LoopMerge.apply(LoopHarness.kernels(program).getFirst());
  }

  private static List<Integer> extents(List<Var> variables) {
    return variables.stream().map(Var::extent).toList();
  }

  @Test
  void elementwiseIsOneLoop() {
    var kernel = merged(t -> t.output("y", t.input("x", TensorType.f32(2, 3, 5, 7)).exp()));
    assertEquals(List.of(210), extents(kernel.outer()));
  }

  @Test
  void aBiasKeepsItsAxis() {
    var kernel =
        merged(
            t ->
                t.output(
                    "y",
                    t.input("x", TensorType.f32(2, 3, 5, 7))
                        .add(t.input("b", TensorType.f32(3, 1, 1)))));
    assertEquals(List.of(2, 3, 35), extents(kernel.outer()));
  }

  @Test
  void rowsAndTheirAxesMerge() {
    var kernel = merged(t -> t.output("y", Nn.softmax(t.input("x", TensorType.f32(4, 6, 9)))));
    assertEquals(List.of(24), extents(kernel.outer()));
    assertEquals(List.of(9), extents(kernel.inner()));
    var sum = merged(t -> t.output("y", t.input("x", TensorType.f32(4, 6, 9)).sum(1, 2)));
    assertEquals(List.of(4), extents(sum.outer()));
    assertEquals(List.of(54), extents(sum.inner()));
  }

  @Test
  void aTranspositionStays() {
    var kernel = merged(t -> t.output("y", t.input("x", TensorType.f32(4, 6)).transpose().exp()));
    assertEquals(List.of(6, 4), extents(kernel.outer()));
  }
}
