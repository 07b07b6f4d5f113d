package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.io.Safetensors;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsFileTest {
  private static final Device DEVICE = Devices.open("reference");
  private static final List<String> NAMES =
      List.of("dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias");

  @TempDir private Path folder;

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  private static Model model(long seed) {
    return ModelTest.classifier().compile(DEVICE, ModelTest.compilation(seed));
  }

  private static Model wider(long seed) {
    return Sequential.of(
            Shape.of(2),
            Dense.of(8, Activation.RELU),
            Dense.of(4),
            Dense.of(3, Activation.SOFTMAX).named("head"))
        .compile(DEVICE, ModelTest.compilation(seed));
  }

  private static void assertSameWeights(Model one, Model other) {
    for (var name : NAMES) {
      assertArrayEquals(one.variable(name).toFloats(), other.variable(name).toFloats(), name);
    }
  }

  @Test
  void weightsMoveWithoutTheTraining() throws IOException {
    var weights = folder.resolve("weights.safetensors");
    var checkpoint = folder.resolve("checkpoint.safetensors");
    try (var trained = model(1);
        var one = model(2);
        var other = model(3);
        var arena = Arena.ofConfined()) {
      trained.fit(ModelTest.blobs(40, 5), FitOptions.epochs(2));
      trained.saveWeights(weights);
      trained.save(checkpoint);
      assertEquals(Set.copyOf(NAMES), Safetensors.read(weights, arena).tensors().keySet());
      one.loadWeights(weights);
      assertSameWeights(trained, one);
      assertEquals(0, one.learner().steps());
      other.loadWeights(checkpoint);
      assertSameWeights(trained, other);
      assertEquals(0, other.learner().steps());
    }
  }

  @Test
  void copiesAreIndependent() {
    try (var one = model(1);
        var other = model(2);
        var wide = wider(3)) {
      one.copyFrom(other);
      assertSameWeights(other, one);
      one.fit(ModelTest.blobs(20, 5), FitOptions.epochs(1));
      assertFalse(Arrays.equals(ModelTest.kernel(one), ModelTest.kernel(other)));
      var e = assertThrows(EngineException.class, () -> one.copyFrom(wide));
      assertEquals(
          "copyFrom: not the weights of this model: variable 2 is \"dense_1/kernel\" f32[8,4] there"
              + " and \"dense_1/kernel\" f32[8,3] here",
          e.getMessage());
    }
  }

  @Test
  void aFileOfOtherTensorsIsRefusedAndChangesNothing() throws IOException {
    var file = folder.resolve("weights.safetensors");
    try (var one = model(1);
        var wide = wider(2)) {
      one.saveWeights(file);
      var before = ModelTest.kernel(wide);
      var message = assertThrows(IOException.class, () -> wide.loadWeights(file)).getMessage();
      assertTrue(message.contains("weights.safetensors"), message);
      assertTrue(message.contains("dense_1/kernel: file f32[8,3], model f32[8,4]"), message);
      assertTrue(message.contains("missing [head/kernel, head/bias]"), message);
      assertArrayEquals(before, ModelTest.kernel(wide));
      wide.saveWeights(file);
      message = assertThrows(IOException.class, () -> one.loadWeights(file)).getMessage();
      assertTrue(message.contains("unexpected [head/bias, head/kernel]"), message);
    }
  }

  @Test
  void whatFitsIsTakenWhenAskedFor() throws IOException {
    var file = folder.resolve("weights.safetensors");
    try (var one = model(1);
        var wide = wider(2)) {
      one.saveWeights(file);
      float[] head = wide.variable("head/kernel").toFloats();
      var report = wide.loadMatchingWeights(file);
      assertEquals(List.of("dense/kernel", "dense/bias"), report.loaded());
      assertEquals(List.of("head/kernel", "head/bias"), report.missing());
      assertEquals(
          List.of(
              new WeightsReport.Mismatch("dense_1/kernel", "f32[8,3]", "f32[8,4]"),
              new WeightsReport.Mismatch("dense_1/bias", "f32[3]", "f32[4]")),
          report.mismatched());
      assertEquals(List.of(), report.unexpected());
      assertArrayEquals(ModelTest.kernel(one), ModelTest.kernel(wide));
      assertArrayEquals(head, wide.variable("head/kernel").toFloats());
      assertTrue(one.loadMatchingWeights(file).isComplete());
    }
  }
}
