package io.gatun.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Devices;
import io.gatun.engine.Tensor;
import io.gatun.engine.train.Dataset;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the programs of the README and of the other pages.
class ExamplesTest {
  @Test
  void theFirstGraphLearns() {
    var losses = FirstGraph.run(200);
    assertEquals(Math.log(3), losses[0], 1e-6);
    assertTrue(losses[199] < 0.2, "loss " + losses[199]);
  }

  @Test
  void theFirstModelLearnsAndIsSaved(@TempDir Path folder) throws IOException {
    try (var images = Tensor.allocate("images", TensorType.f32(320, 28, 28));
        var labels = Tensor.allocate("labels", TensorType.of(DType.U8, 320))) {
      for (int i = 0; i < 320; i++) {
        labels.data().set(ValueLayout.JAVA_BYTE, i, (byte) (i % 10));
        for (int p = 0; p < 56; p++) {
          images.data().setAtIndex(ValueLayout.JAVA_FLOAT, i * 784L + i % 10 * 56L + p, 1);
        }
      }
      var data = Dataset.of(images, labels);
      var file = folder.resolve("digits.safetensors");
      assertEquals(1, FirstModel.run(data, data, file).metric("accuracy"));
      assertTrue(Files.size(file) > 400_000);
    }
  }

  @Test
  void partsOfOnesOwnLearnAndAreReadAgain(@TempDir Path folder) throws IOException {
    int samples = 640;
    var random = new SplittableRandom(5);
    try (var device = Devices.open("cpu");
        var x = Tensor.allocate("x", TensorType.f32(samples, 1));
        var y = Tensor.allocate("y", TensorType.f32(samples, 1))) {
      for (int i = 0; i < samples; i++) {
        float at = (float) random.nextDouble(-1, 1);
        x.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, at);
        y.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, at * at + (float) random.nextDouble());
      }
      var results = OwnParts.run(device, Dataset.of(x, y), folder.resolve("own.safetensors"));
      assertEquals(0.9, results.metric("coverage"), 0.08, "seed 5");
    }
  }
}
