package io.gatun.graph.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.TensorType;
import org.junit.jupiter.api.Test;

class CostTest {
  @Test
  void aProductWithEpilogueCountsMultiplyAddsAndEachArrayOnce() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(32, 784));
    var w = t.input("w", TensorType.f32(784, 128));
    var b = t.input("b", TensorType.f32(128));
    t.output("y", x.matmul(w).add(b).maximum(0));
    var plan = Compiler.compile(t.graph(), Target.cpu());

    assertEquals(1, plan.groups().size(), () -> PlanText.print(plan) + plan.refusals());
    long products = 2L * 32 * 784 * 128;
    long epilogue = 2L * 32 * 128;
    assertEquals(
        new Cost(products + epilogue, 4L * (32 * 784 + 784 * 128 + 128), 4L * 32 * 128),
        Cost.of(plan));
  }

  @Test
  void stagesOfARowKernelReadTheArrayOnceAndComputeTheirOwnValues() {
    var t = new Tracer();
    t.output("y", Nn.softmax(t.input("x", TensorType.f32(16, 100)), 1));
    var plan = Compiler.compile(t.graph(), Target.cpu());
    var cost = Cost.of(plan);
    assertEquals(4L * 1600, cost.bytesRead());
    assertEquals(4L * 1600, cost.bytesWritten());
  }

  @Test
  void aSliceReadsNoMoreThanItNeeds() {
    var t = new Tracer();
    t.output("y", t.input("x", TensorType.f32(1000, 8)).slice(0, 0, 10).neg());
    assertEquals(new Cost(80, 320, 320), Cost.of(Compiler.compile(t.graph(), Target.cpu())));
  }

  @Test
  void copiesReadAndWrite() {
    var t = new Tracer();
    t.output("y", t.input("x", TensorType.f32(10)));
    assertEquals(new Cost(0, 40, 40), Cost.of(Compiler.compile(t.graph(), Target.cpu())));
  }
}
