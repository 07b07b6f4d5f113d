package io.gatun.graph.dsl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.autodiff.Gradient;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Verifier;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TracerTest {
  /// The example of [Tracer], smaller.
  private static Graph trainingStep() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(8, 5));
    var label = t.input("label", TensorType.of(DType.I32, 8));
    var w = t.input("w", TensorType.f32(5, 3));

    var loss = Nn.crossEntropy(x.matmul(w), label).mean();
    var dw = Gradient.of(loss, w);

    t.output("loss", loss);
    t.update(w, w.sub(dw.mul(0.1)));
    return t.graph();
  }

  @Test
  void aTrainingStepLowersTheLoss() {
    var step = trainingStep();
    Verifier.verify(step);
    var random = new Random(5);
    var types = step.inputTypes();
    var x = NdArray.of(types.get(0), _ -> random.nextGaussian());
    var label = NdArray.ofLongs(types.get(1), i -> i % 3);
    var w = NdArray.of(types.get(2), _ -> 0);
    var losses = new ArrayList<Double>();
    for (int i = 0; i < 20; i++) {
      var results = step.evaluate(List.of(x, label, w));
      losses.add(results.get(0).at(0));
      w = results.get(1);
    }
    assertEquals(Math.log(3), losses.getFirst(), 1e-6);
    for (int i = 1; i < losses.size(); i++) assertTrue(losses.get(i) < losses.get(i - 1));
  }

  @Test
  void equalCallsAreOneValueAndOthersAreNot() {
    var x = new Tracer().input("x", TensorType.f32(2, 3));
    assertSame(Nn.softmax(x).node(), Nn.softmax(x).node());
    assertSame(Nn.leakyRelu(x, 0.1).node(), Nn.leakyRelu(x, 0.1).node());
    assertNotSame(Nn.leakyRelu(x, 0.1).node(), Nn.leakyRelu(x, 0.2).node());
  }

  /// Both read output 1 of the one composite: the logarithm of the sum is not computed twice.
  @Test
  void theGradientReadsTheCompositesOutputs() {
    var composites =
        trainingStep().nodes().stream().filter(n -> n.op() instanceof Composite).toList();
    var calls =
        composites.stream()
            .map(n -> (Composite) n.op())
            .map(c -> c.name() + " " + c.output())
            .toList();
    assertEquals(List.of("crossentropy 0", "crossentropy 1", "crossentropy_gradient 0"), calls);
    assertTrue(composites.getLast().inputs().contains(composites.get(1)));
  }
}
