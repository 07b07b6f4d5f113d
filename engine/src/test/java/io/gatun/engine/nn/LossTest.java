package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.loss.BinaryCrossEntropy;
import io.gatun.engine.nn.loss.CategoricalCrossEntropy;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.GraphException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LossTest {
  private static final TensorType ROWS = TensorType.f32(5, 3);
  private static final TensorType LABELS = TensorType.of(DType.U8, 5);

  private static double mean(Loss loss, UnaryOperator<Value> last, NdArray logits, NdArray target) {
    var t = new Tracer();
    var x = t.input("x", logits.type());
    var y = t.input("y", target.type());
    t.output("loss", loss.of(new Prediction(last.apply(x)), y).mean());
    return t.graph().evaluate(List.of(logits, target)).getFirst().at(0);
  }

  private static void check(
      Loss of, Loss ofLogits, Activation last, String targetName, TensorType targetType)
      throws IOException {
    var fixture = Fixtures.read("losses");
    var logits = NdArray.of(ROWS, Fixtures.doubles(fixture.path("logits")));
    var target = NdArray.of(targetType, Fixtures.doubles(fixture.path(targetName)));
    double wanted = fixture.path(of.kind()).doubleValue();
    assertEquals(wanted, mean(ofLogits, Activation.LINEAR::of, logits, target), 1e-6);
    assertEquals(wanted, mean(of, last::of, logits, target), 1e-6);
    UnaryOperator<Value> hidden = x -> last.of(x).mul(1);
    assertEquals(wanted, mean(of, hidden, logits, target), 1e-5, "from probabilities");
  }

  @Test
  void lossesAreThoseOfPyTorch() throws IOException {
    check(
        SparseCategoricalCrossEntropy.of(),
        new SparseCategoricalCrossEntropy(true),
        Activation.SOFTMAX,
        "label",
        LABELS);
    check(
        CategoricalCrossEntropy.of(),
        new CategoricalCrossEntropy(true),
        Activation.SOFTMAX,
        "soft",
        ROWS);
    check(
        BinaryCrossEntropy.of(), new BinaryCrossEntropy(true), Activation.SIGMOID, "binary", ROWS);
    var square = new MeanSquaredError();
    check(square, square, Activation.LINEAR, "target", ROWS);
  }

  @Test
  void crossEntropyOfAFinalSoftmaxDoesNotOverflow() {
    var logits = NdArray.of(TensorType.f32(1, 2), 1000, -1000);
    var label = NdArray.of(TensorType.of(DType.I32, 1), 1);
    assertEquals(
        2000, mean(SparseCategoricalCrossEntropy.of(), Activation.SOFTMAX::of, logits, label));
    var target = NdArray.of(TensorType.f32(1, 2), 0, 1);
    assertEquals(1000, mean(BinaryCrossEntropy.of(), Activation.SIGMOID::of, logits, target));
  }

  @Test
  void targetsThatDoNotFitAreNamed() {
    var logits = NdArray.of(ROWS, _ -> 0);
    var wrong = NdArray.of(TensorType.f32(5), _ -> 0);
    var e =
        assertThrows(
            GraphException.class,
            () -> mean(SparseCategoricalCrossEntropy.of(), Activation.SOFTMAX::of, logits, wrong));
    assertTrue(e.getMessage().contains("f32[5,3]"), e.getMessage());
    assertTrue(e.getMessage().contains("f32[5]"), e.getMessage());
    var two = NdArray.of(TensorType.f32(5, 2), _ -> 0);
    assertThrows(
        GraphException.class,
        () -> mean(new MeanSquaredError(), Activation.LINEAR::of, logits, two));
  }
}
