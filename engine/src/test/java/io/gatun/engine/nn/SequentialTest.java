package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Conv2D;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Dropout;
import io.gatun.engine.nn.layer.Flatten;
import io.gatun.engine.nn.layer.Rescaling;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequentialTest {
  @Test
  void layersAreNamedAfterTheirKind() {
    var network =
        Sequential.of(
            Shape.of(4), Dense.of(3), Dense.of(2).named("head"), Dense.of(2), Activation.RELU);
    assertEquals(
        List.of("dense", "head", "dense_1", "activation"),
        network.layers().stream().map(Named::name).toList());
  }

  @Test
  void summaryCountsParameters() {
    var summary =
        Sequential.of(
                TensorType.of(DType.U8, 28, 28),
                new Rescaling(1 / 255.0, 0),
                new Flatten(),
                Dense.of(128, Activation.RELU),
                Dense.of(10, Activation.SOFTMAX))
            .summary();
    assertTrue(summary.contains("u8[?,28,28]"), summary);
    assertTrue(summary.contains("100,480"), summary);
    assertTrue(summary.contains("f32[?,10]"), summary);
    assertTrue(summary.contains("101,770"), summary);
    assertTrue(summary.contains("407,080"), summary);
  }

  @Test
  void aLayerThatDoesNotFitIsNamedWithItsOperand() {
    var e =
        assertThrows(
            GraphException.class,
            () ->
                Sequential.of(Shape.of(8, 8, 1), new Flatten(), Conv2D.of(4, 3, Activation.RELU)));
    assertTrue(e.getMessage().contains("\"conv2d\""), e.getMessage());
    assertTrue(e.getMessage().contains("f32[1,64]"), e.getMessage());
    var bytes =
        assertThrows(
            GraphException.class,
            () -> Sequential.of(TensorType.of(DType.U8, 8), Dense.of(4).named("first")));
    assertTrue(bytes.getMessage().contains("\"first\""), bytes.getMessage());
    assertTrue(bytes.getMessage().contains("u8[1,8]"), bytes.getMessage());
  }

  @Test
  void namesAreUniqueAndPlain() {
    assertThrows(
        GraphException.class,
        () -> Sequential.of(Shape.of(4), Dense.of(3).named("a"), Dense.of(3).named("a")));
    assertThrows(IllegalArgumentException.class, () -> Dense.of(3).named("a/b"));
    assertThrows(IllegalArgumentException.class, () -> Dense.of(0));
    assertThrows(IllegalArgumentException.class, () -> new Dropout(1));
  }
}
