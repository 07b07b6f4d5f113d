package io.gatun.engine.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Model;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.Ending;
import io.gatun.engine.train.Epoch;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.LambdaCallback;
import io.gatun.graph.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class EpochDataTest {
  private static final Device DEVICE = Devices.open("reference");
  private static final FitOptions OPTIONS = FitOptions.untilEpoch(3).withBatchSize(2);

  private final List<Integer> drawn = new ArrayList<>();

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  private Dataset samples(int epoch, Arena arena) {
    drawn.add(epoch);
    float[][] x = new float[10][1];
    float[][] y = new float[10][1];
    for (int i = 0; i < x.length; i++) {
      x[i][0] = epoch + i / 10f;
      y[i][0] = 2 * x[i][0];
    }
    return Dataset.of(Column.of("x", x, arena), Column.of("y", y, arena));
  }

  private static Model model() {
    var network = Sequential.of(Shape.of(1), Dense.of(1));
    return network.compile(DEVICE, Compilation.of(Sgd.of(0.01), new MeanSquaredError()));
  }

  private static float[] kernel(Model model) {
    return model.variable("dense/kernel").data().toArray(ValueLayout.JAVA_FLOAT);
  }

  @Test
  void eachEpochHasItsSamples() {
    EpochData data = this::samples;
    try (var model = model()) {
      var history = data.fit(model, OPTIONS);
      assertEquals(List.of(0, 1, 2), drawn);
      assertEquals(List.of(1, 2, 3), history.epochs().stream().map(Epoch::number).toList());
      assertEquals(15, history.losses().getLast().step());
      assertEquals(Ending.Kind.COMPLETED, history.ending().kind());
    }
  }

  @Test
  void aRunStoppedWithinAnEpochGoesOnToTheSameBits() {
    EpochData data = this::samples;
    try (var whole = model();
        var stopped = model()) {
      data.fit(whole, OPTIONS);
      var stop =
          LambdaCallback.onStepEnded(
              (control, step) -> {
                if (step == 7) control.stop("enough");
              });
      var history = data.fit(stopped, OPTIONS.withCallback(stop));
      assertEquals("enough", history.ending().reason());
      assertEquals(2, stopped.learner().epochStep());
      drawn.clear();
      data.fit(stopped, OPTIONS);
      assertEquals(List.of(1, 2), drawn);
      assertArrayEquals(kernel(whole), kernel(stopped));
    }
  }
}
