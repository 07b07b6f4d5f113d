package io.gatun.graph.dsl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import io.gatun.graph.testing.SampleArrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Heads of queries that share heads of keys and values.
class AttentionTest {
  private static final int HEADS = 6;
  private static final int KEY_HEADS = 2;

  private final Tracer t = new Tracer();

  private Value input(String name, int heads, int rows, int size) {
    return t.input(name, TensorType.of(DType.F64, 3, heads, rows, size));
  }

  private static Value repeated(Value x) {
    return x.expandDims(2)
        .broadcastTo(3, KEY_HEADS, HEADS / KEY_HEADS, x.dim(2), x.dim(3))
        .reshape(3, HEADS, x.dim(2), x.dim(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "causal", "masked", "biased"})
  void sharedKeysAreAsRepeatedOnes(String kind) {
    var q = input("q", HEADS, 4, 5);
    var k = input("k", KEY_HEADS, 7, 5);
    var v = input("v", KEY_HEADS, 7, 2);
    var mask = t.input("mask", TensorType.of(DType.BOOL, HEADS, 4, 7));
    var bias = t.input("bias", TensorType.of(DType.F64, 4, 7));
    var shared = attention(kind, q, k, v, mask, bias);
    var alone = attention(kind, q, repeated(k), repeated(v), mask, bias);
    assertEquals(Shape.of(3, HEADS, 4, 2), shared.shape());
    var wrt = List.of(q, k, v);
    t.output("shared", shared);
    t.output("alone", alone);
    Gradient.of(shared.square().sum(), wrt).forEach(d -> t.output("shared" + d.node(), d));
    Gradient.of(alone.square().sum(), wrt).forEach(d -> t.output("alone" + d.node(), d));
    var graph = t.graph();
    long[] seed = {3};
    var results =
        graph.evaluate(
            graph.inputTypes().stream().map(type -> SampleArrays.random(type, seed[0]++)).toList());
    assertArrayEquals(results.get(0).toDoubles(), results.get(1).toDoubles(), 1e-12);
    for (int i = 2; i < 5; i++) {
      assertArrayEquals(results.get(i).toDoubles(), results.get(i + 3).toDoubles(), 1e-12);
    }
  }

  private static Value attention(String kind, Value q, Value k, Value v, Value mask, Value bias) {
    return switch (kind) {
      case "full" -> Nn.attention(q, k, v);
      case "causal" -> Nn.causalAttention(q, k, v);
      case "masked" -> Nn.attention(q, k, v, mask);
      default -> Nn.attention(q, k, v, bias);
    };
  }

  /// Nor in the body, which devices without a kernel run.
  @Test
  void keysAreNotRepeated() {
    var y = Nn.attention(input("q", HEADS, 4, 5), input("k", 2, 7, 5), input("v", 2, 7, 5));
    var body = ((Composite) y.node().op()).body();
    assertTrue(
        body.nodes().stream()
            .noneMatch(
                n ->
                    n.op() instanceof Broadcast
                        && n.input(0).type().shape().rank() == 4
                        && n.input(0).type().shape().dim(3) > 1),
        body::toString);
  }

  @Test
  void headsThatDoNotDivideAreRefused() {
    var q = input("q", HEADS, 4, 5);
    var k = input("k", 4, 7, 5);
    var error = assertThrows(GraphException.class, () -> Nn.attention(q, k, k));
    assertTrue(error.getMessage().contains("a divisor of them"), error.getMessage());
  }
}
