package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.nn.layer.GaussianNoise;
import io.gatun.engine.nn.layer.SpatialDropout;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// Layers that are random in training and nothing else.
class NoiseTest {
  private static final TensorType TYPE = TensorType.f32(20, 10, 30);

  /// The layer's result for ones, in one step of training.
  private static NdArray of(Layer layer, int step, Tracing.Mode mode) {
    var tracer = new Tracer();
    var tracing = Tracing.open(tracer, mode);
    var x = tracer.input("x", TYPE);
    tracer.output("y", layer.apply(tracing.scope(), x));
    var arguments = new ArrayList<NdArray>();
    for (var input : tracer.graph().inputs()) {
      arguments.add(
          input.type().equals(TYPE)
              ? NdArray.of(TYPE, _ -> 1)
              : NdArray.ofLongs(input.type(), _ -> 77L * step));
    }
    return tracer.graph().evaluate(arguments).getFirst();
  }

  @Test
  void noiseIsNormal() {
    var layer = new GaussianNoise(0.5);
    var y = of(layer, 1, Tracing.Mode.TRAIN);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < y.size(); i++) {
      sum += y.at(i) - 1;
      squares += (y.at(i) - 1) * (y.at(i) - 1);
    }
    assertEquals(0, sum / y.size(), 0.03);
    assertEquals(0.25, squares / y.size(), 0.02);
    assertTrue(y.at(0) != of(layer, 2, Tracing.Mode.TRAIN).at(0));
    assertEquals(1, of(layer, 1, Tracing.Mode.EVALUATE).at(0));
  }

  @Test
  void channelsAreDroppedWhole() {
    var layer = new SpatialDropout(0.25);
    var y = of(layer, 1, Tracing.Mode.TRAIN);
    int dropped = 0;
    for (int sample = 0; sample < 20; sample++) {
      for (int channel = 0; channel < 30; channel++) {
        double first = y.at(sample * 300 + channel);
        if (first == 0) dropped++;
        else assertEquals(1 / 0.75, first, 1e-6);
        for (int time = 1; time < 10; time++) {
          assertEquals(first, y.at(sample * 300 + time * 30 + channel));
        }
      }
    }
    assertEquals(150, dropped, 40);
    assertEquals(1, of(layer, 1, Tracing.Mode.PREDICT).at(0));
  }
}
