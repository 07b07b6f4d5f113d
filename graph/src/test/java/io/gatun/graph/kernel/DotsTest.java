package io.gatun.graph.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DotsTest {
  /// One query for each of three heads against nine keys, scaled.
  private static ContractKernel queriesAndKeys(int queries, int k) {
    var t = new Tracer();
    var q = t.input("q", TensorType.f32(3, queries, k));
    var keys = t.input("keys", TensorType.f32(3, 9, k));
    t.output("y", q.matmul(keys.permute(0, 2, 1)).mul(0.25));
    var plan = Compiler.compile(t.graph(), Target.cpu());
    assertEquals(1, plan.groups().size());
    return assertInstanceOf(ContractKernel.class, plan.groups().getFirst().kernel());
  }

  @Test
  void loopAndContractionAgree() {
    var random = new Random(7);
    for (int k : new int[] {16, 33, 64}) {
      var kernel = queriesAndKeys(1, k);
      var arrays = new ArrayList<NdArray>();
      for (var buffer : kernel.buffers()) {
        arrays.add(NdArray.of(buffer.type(), _ -> random.nextInt(-8, 9)));
      }
      var loop = Dots.of(kernel).orElseThrow();
      assertEquals(kernel.written(), loop.written());
      var want = KernelInterpreter.run(kernel, arrays);
      var got = KernelInterpreter.run(loop, arrays);
      for (int buffer : kernel.written()) {
        for (int i = 0; i < want.get(buffer).type().size(); i++) {
          assertEquals(want.get(buffer).at(i), got.get(buffer).at(i), "k " + k + " at " + i);
        }
      }
    }
  }

  @Test
  void severalRowsOrShortSumsStayContractions() {
    assertEquals(Optional.empty(), Dots.of(queriesAndKeys(2, 64)));
    assertEquals(Optional.empty(), Dots.of(queriesAndKeys(1, 8)));
  }
}
