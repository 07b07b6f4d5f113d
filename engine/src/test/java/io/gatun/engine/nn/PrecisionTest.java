package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Device;
import io.gatun.engine.Tensor;
import io.gatun.engine.cpu.CpuDevice;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrecisionTest {
  private static final Device DEVICE = new CpuDevice();

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  private static Model line(Precision precision, int accumulation) {
    return Sequential.of(
            Shape.of(1), Dense.of(1).withoutBias().withKernelInitializer(Initializer.zeros()))
        .compile(
            DEVICE,
            Compilation.of(Sgd.of(0.25), new MeanSquaredError())
                .withPrecision(precision)
                .withAccumulation(accumulation));
  }

  /// The gradient of `(w x - 1)^2` at `w = 0` is -2, times 65536 or 32768 too large for `f16`.
  @Test
  void batchesWhoseScaledGradientsOverflowAreLeftOut() {
    try (var model = line(new Precision.Mixed(DType.F16), 1);
        var one = Tensor.of("x", TensorType.f32(1, 1), 1)) {
      var data = Dataset.of(one, one);
      for (double scale : new double[] {32768, 16384}) {
        model.fit(data, FitOptions.epochs(1));
        assertEquals(scale, model.variable("train:loss_scale").item());
        assertEquals(0, model.variable("dense/kernel").item());
      }
      model.fit(data, FitOptions.epochs(1));
      assertEquals(16384, model.variable("train:loss_scale").item());
      assertEquals(0.5, model.variable("dense/kernel").item());
    }
  }

  @Test
  void gatheredBatchesThatOverflowDoNotCount() {
    try (var model = line(new Precision.Mixed(DType.F16), 4);
        var one = Tensor.of("x", TensorType.f32(1, 1), 1)) {
      var data = Dataset.of(one, one);
      for (int i = 0; i < 4; i++) model.fit(data, FitOptions.epochs(1));
      assertEquals(0.5, model.variable("dense/kernel").item());
    }
  }

  @Test
  void theScaleGrowsAfterManyUsableBatches() {
    try (var model = line(new Precision.Mixed(DType.F16), 1);
        var x = Tensor.of("x", TensorType.f32(2000, 1), new float[2000]);
        var y = Tensor.of("y", TensorType.f32(2000, 1), new float[2000])) {
      model.fit(Dataset.of(x, y), FitOptions.epochs(1).withBatchSize(1));
      assertEquals(131072, model.variable("train:loss_scale").item());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void learnsAsFullPrecisionDoes(DType compute) {
    var data = ModelTest.blobs(240, 3);
    float[] full = trained(new Precision.Full(), data);
    float[] mixed = trained(new Precision.Mixed(compute), data);
    assertFalse(Arrays.equals(full, mixed), "nothing was rounded");
    // Products are rounded to 8 (BF16) or 11 bits; steps of Adam are as large as the rate.
    assertArrayEquals(full, mixed, 0.05f);
  }

  private static float[] trained(Precision precision, Dataset data) {
    var compilation =
        Compilation.of(Adam.of(0.01), SparseCategoricalCrossEntropy.of(), new Accuracy())
            .withPrecision(precision);
    try (var model = ModelTest.classifier().compile(DEVICE, compilation)) {
      var history = model.fit(data, FitOptions.epochs(8).withBatchSize(16).withShuffle(false));
      assertTrue(history.last().results().metric("accuracy") > 0.9, history.toString());
      return model.variable("dense/kernel").data().toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  @Test
  void comesBackFromItsFile(@TempDir Path folder) throws IOException {
    var file = folder.resolve("model.safetensors");
    var precision = new Precision.Mixed(DType.F16);
    try (var model = line(precision, 1)) {
      model.save(file);
    }
    try (var model = Model.load(file, DEVICE)) {
      assertEquals(precision, model.compilation().precision());
      assertEquals(65536, model.variable("train:loss_scale").item());
    }
  }

  /// And is full precision where no device rounds.
  @Test
  void tf32ComesBackFromItsFile(@TempDir Path folder) throws IOException {
    var file = folder.resolve("model.safetensors");
    try (var model = line(new Precision.Tf32(), 1)) {
      model.save(file);
    }
    try (var model = Model.load(file, DEVICE)) {
      assertEquals(new Precision.Tf32(), model.compilation().precision());
    }
    var data = ModelTest.blobs(240, 3);
    assertArrayEquals(trained(new Precision.Full(), data), trained(new Precision.Tf32(), data), 0f);
  }

  @Test
  void otherTypesAreRefused() {
    var error = assertThrows(IllegalArgumentException.class, () -> new Precision.Mixed(DType.F64));
    assertTrue(error.getMessage().contains("F16 or BF16"), error.getMessage());
  }
}
