package io.gatun.graph.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.gatun.graph.ir.Concat;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BandsTest {
  private final GraphBuilder builder = new GraphBuilder();
  private int count;
  private final List<Node> inside = new ArrayList<>();

  private Node input(int... dims) {
    var type = TensorType.f32(dims);
    return builder.add(new Input("x" + count++, type));
  }

  private Node add(Op op, Node... operands) {
    Node node = builder.add(op, operands);
    inside.add(node);
    return node;
  }

  private LoopKernel kernel(Node... stored) {
    return assertInstanceOf(LoopKernel.class, KernelBuilder.build(inside, List.of(stored)));
  }

  private static List<Store> stores(LoopKernel kernel) {
    return kernel.stages().getFirst().stores();
  }

  @Test
  void equalParts() {
    Node exp = add(new Unary(Unary.Kind.EXP), input(3, 16));
    Node all = add(new Concat(1), exp, input(3, 32), input(3, 16));
    var kernel = kernel(all);
    assertEquals(4, stores(kernel).size());
    assertEquals(16, kernel.outer().getLast().extent());
    assertFalse(KernelText.print(kernel).contains("0<="), KernelText.print(kernel));
    var contents = new ArrayList<NdArray>();
    for (Node buffer : kernel.buffers()) contents.add(NdArray.of(buffer.type(), i -> i % 7));
    var result = KernelInterpreter.run(kernel, contents).get(kernel.buffers().indexOf(all));
    var expected = new double[3 * 64];
    for (int i = 0; i < expected.length; i++) {
      int row = i / 64;
      int column = i % 64;
      expected[i] =
          column < 16
              ? (float) Math.exp((row * 16 + column) % 7)
              : column < 48 ? (row * 32 + column - 16) % 7 : (row * 16 + column - 48) % 7;
    }
    assertArrayEquals(expected, result.toDoubles(), 1e-3);
  }

  @Test
  void narrowPartsStayWhole() {
    assertEquals(1, stores(kernel(add(new Concat(1), input(3, 8), input(3, 24)))).size());
  }

  @Test
  void manyPartsStayWhole() {
    var parts = new Node[9];
    for (int i = 0; i < 9; i++) parts[i] = input(3, 16);
    assertEquals(1, stores(kernel(add(new Concat(1), parts))).size());
  }
}
