package io.gatun.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.KernelBuilder;
import io.gatun.graph.kernel.KernelInterpreter;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Products whose `k` is cut into parts: which they are, and that what surrounds the sum happens
/// once, after the last part.
class LongSumsTest extends ContractNodes {
  private ContractKernel kernel(Node... stored) {
    return (ContractKernel) KernelBuilder.build(nodes, List.of(stored));
  }

  private static ContractPlan plan(ContractKernel kernel) {
    var tile = TileShape.of(DType.F32, 64, ContractKernel.size(kernel.n()));
    return ContractPlan.of(kernel, tile, Optional.of(new PlacedB.InWorkspace(9, true)), 9);
  }

  @ParameterizedTest
  @CsvSource({
    "128,768,768,256",
    "128,3072,768,256",
    "128,384,384,192",
    "64,257,300,132",
    "224,1027,160,208",
    "128,256,768,256",
    "63,768,768,768",
    "1000,512,512,256",
    "1,768,768,768"
  })
  void parts(int m, int k, int n, int steps) {
    var plan = plan(kernel(add(new MatMul(false, false), input(m, k), input(k, n))));
    assertEquals(steps, plan.steps());
    assertEquals(steps < k, plan.cutsK());
  }

  /// There is something to do for each thread, and sums have a place for each tile of a unit.
  @Test
  void units() {
    var plan = plan(kernel(add(new MatMul(false, false), input(1024, 768), input(768, 3072))));
    assertTrue(plan.units() >= Runtime.getRuntime().availableProcessors());
    assertEquals(plan.tilesPerBlock() * plan.panelsPerBlock(), plan.tilesInScratch());
  }

  private void check(ContractKernel kernel, List<Integer> slots) {
    var contents = ContractLoweringTest.contents(kernel, slots);
    var expected = KernelInterpreter.run(kernel, contents);
    assertTrue(plan(kernel).cutsK());
    for (var constants : List.of(Set.<Integer>of(), Set.of(1))) {
      ContractLoweringTest.check(kernel, slots, contents, expected, constants, 64);
      ContractLoweringTest.check(kernel, slots, contents, expected, constants, 32);
    }
  }

  private void check(Node... stored) {
    var kernel = kernel(stored);
    check(kernel, IntStream.range(0, kernel.buffers().size()).boxed().toList());
  }

  @Test
  void biasAndResidual() {
    Node product = add(new MatMul(false, false), input(70, 602), input(602, 150));
    Node bias = add(new Broadcast(new Shape(List.of(70, 150))), input(150));
    Node sum = add(new Binary(Binary.Kind.ADD), product, bias);
    check(sum, add(new Binary(Binary.Kind.ADD), sum, input(70, 150)));
  }

  /// What the sum is added to is read after the last part and overwritten then.
  @Test
  void sumInPlace() {
    Node product = add(new MatMul(false, false), input(66, 300), input(300, 290));
    Node total = input(66, 290);
    Node next = add(new Binary(Binary.Kind.ADD), total, product);
    var kernel = kernel(next);
    var slots = new ArrayList<Integer>();
    for (Node buffer : kernel.buffers()) {
      slots.add(kernel.buffers().indexOf(buffer == next ? total : buffer));
    }
    check(kernel, slots);
  }

  @Test
  void rowsThatAreComputed() {
    Node rows = add(new Cast(DType.F32), input(DType.I8, 90, 270));
    check(add(new MatMul(false, false), rows, input(270, 260)));
  }

  @Test
  void batches() {
    check(add(new MatMul(false, false), input(2, 3, 64, 261), input(2, 3, 261, 290)));
  }
}
