package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Add;
import io.gatun.engine.nn.layer.BatchNorm;
import io.gatun.engine.nn.layer.Concatenate;
import io.gatun.engine.nn.layer.Conv1D;
import io.gatun.engine.nn.layer.Conv2DTranspose;
import io.gatun.engine.nn.layer.Dot;
import io.gatun.engine.nn.layer.GRU;
import io.gatun.engine.nn.layer.GlobalMaxPool2D;
import io.gatun.engine.nn.layer.GroupNorm;
import io.gatun.engine.nn.layer.LSTM;
import io.gatun.engine.nn.layer.MultiHeadAttention;
import io.gatun.engine.nn.layer.Permute;
import io.gatun.engine.nn.layer.PositionalEmbedding;
import io.gatun.engine.nn.layer.Reshape;
import io.gatun.engine.nn.layer.TransformerBlock;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What layers are not made for is refused with the layer, the type and what was wanted.
class LayerRefusalTest {
  private static void refused(Layer layer, Shape sample, String... parts) {
    var e = assertThrows(GraphException.class, () -> Sequential.of(sample, layer));
    assertTrue(e.getMessage().contains("\"" + layer.kind() + "\""), e.getMessage());
    for (var part : parts) assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  private static void refused(Block block, Shape one, Shape other, String... parts) {
    var a = Symbol.input("a", one);
    var b = Symbol.input("b", other);
    var e =
        assertThrows(
            GraphException.class,
            () -> Functional.of(List.of(a, b), List.of(Symbol.of(block, a, b))));
    for (var part : parts) assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void operandsOfOtherRanks() {
    var row = Shape.of(6);
    refused(LSTM.of(2), row, "[samples, time, features]", "f32[1,6]");
    refused(GRU.of(2), row, "[samples, time, features]");
    refused(TransformerBlock.decoder(2, 8), row, "[samples, time, features]");
    refused(Conv1D.of(2, 3, Activation.RELU), row, "[samples, time, features]");
    refused(Conv2DTranspose.of(2, 3, Activation.RELU), row, "[samples, height, width, channels]");
    refused(new GlobalMaxPool2D(), row, "[samples, height, width, channels]");
    refused(Permute.of(2, 1), row, "2 axes", "f32[1,6]");
    refused(BatchNorm.of(), Shape.of(), "[samples, ..., channels]");
  }

  @Test
  void sizesThatDoNotDivide() {
    refused(MultiHeadAttention.of(4), Shape.of(3, 6), "4 heads", "f32[1,3,6]");
    refused(GroupNorm.of(4), Shape.of(6), "4 groups", "f32[1,6]");
    refused(PositionalEmbedding.of(2), Shape.of(3, 6), "2 positions", "f32[1,3,6]");
    refused(Reshape.of(4, -1), Shape.of(6), "f32[1,6]");
  }

  @Test
  void operandsThatDoNotMatch() {
    refused(new Add(), Shape.of(3), Shape.of(4), "f32[1,3]", "f32[1,4]");
    refused(new Dot(false), Shape.of(3), Shape.of(4), "f32[1,3]", "f32[1,4]");
    refused(new Concatenate(-2), Shape.of(3), Shape.of(3), "axis -2 counts samples");
    refused(Concatenate.of(), Shape.of(2, 3), Shape.of(3, 3), "f32[1,2,3]");
  }

  @Test
  void settingsThatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> new Concatenate(0));
    assertThrows(IllegalArgumentException.class, () -> Permute.of(1, 1));
    assertThrows(IllegalArgumentException.class, () -> Reshape.of(-1, -1));
    assertThrows(IllegalArgumentException.class, () -> LSTM.of(2).withState(-1));
    assertThrows(
        IllegalArgumentException.class, () -> TransformerBlock.decoder(2, 8).withDropout(1));
  }
}
