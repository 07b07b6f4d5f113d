package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.AveragePool2D;
import io.gatun.engine.nn.layer.Conv2D;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Dropout;
import io.gatun.engine.nn.layer.Flatten;
import io.gatun.engine.nn.layer.MaxPool2D;
import io.gatun.engine.nn.layer.Padding;
import io.gatun.engine.nn.loss.BinaryCrossEntropy;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.TrainingException;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ModelTest {
  private static final Device DEVICE = Devices.open("reference");

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  /// Three clouds of points in the plane, labelled 0, 1, 2.
  static Dataset blobs(int samples, long seed) {
    var random = new SplittableRandom(seed);
    float[] x = new float[2 * samples];
    float[] y = new float[samples];
    for (int i = 0; i < samples; i++) {
      int label = random.nextInt(3);
      y[i] = label;
      x[2 * i] = (float) (2 * Math.cos(label * 2.1) + 0.3 * random.nextGaussian());
      x[2 * i + 1] = (float) (2 * Math.sin(label * 2.1) + 0.3 * random.nextGaussian());
    }
    return Dataset.of(
        Tensor.of("x", TensorType.f32(samples, 2), x),
        Tensor.of("y", TensorType.of(DType.U8, samples), y));
  }

  static Sequential classifier() {
    return Sequential.of(
        Shape.of(2), Dense.of(8, Activation.RELU), Dense.of(3, Activation.SOFTMAX));
  }

  static Compilation compilation(long seed) {
    return Compilation.of(Adam.of(0.02), SparseCategoricalCrossEntropy.of(), new Accuracy())
        .withSeed(seed);
  }

  @Test
  void learnsALine() {
    float[] x = {-2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f};
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) y[i] = 2 * x[i] + 1;
    try (var model =
        Sequential.of(Shape.of(1), Dense.of(1))
            .compile(DEVICE, Compilation.of(Sgd.of(0.1), new MeanSquaredError()))) {
      var data =
          Dataset.of(Tensor.of("x", TensorType.f32(8, 1), x), Tensor.of("y", TensorType.f32(8), y));
      model.fit(data, FitOptions.epochs(60).withBatchSize(4));
      assertEquals(2, model.variable("dense/kernel").item(), 1e-3);
      assertEquals(1, model.variable("dense/bias").item(), 1e-3);
      assertTrue(model.evaluate(data).loss() < 1e-5);
    }
  }

  @Test
  void learnsExclusiveOr() {
    var x = Tensor.of("x", TensorType.f32(4, 2), 0, 0, 0, 1, 1, 0, 1, 1);
    var y = Tensor.of("y", TensorType.of(DType.U8, 4), 0, 1, 1, 0);
    var network =
        Sequential.of(Shape.of(2), Dense.of(8, Activation.TANH), Dense.of(1, Activation.SIGMOID));
    var compilation = Compilation.of(Adam.of(0.05), BinaryCrossEntropy.of(), new Accuracy());
    try (var model = network.compile(DEVICE, compilation.withSeed(3))) {
      var history = model.fit(Dataset.of(x, y), FitOptions.epochs(200).withBatchSize(4));
      assertEquals(1, history.last().results().metric("accuracy"));
      try (var prediction = model.predict(x)) {
        float[] p = prediction.toFloats();
        assertTrue(p[0] < 0.2 && p[1] > 0.8 && p[2] > 0.8 && p[3] < 0.2, Arrays.toString(p));
      }
    }
  }

  @Test
  void separatesClouds() {
    try (var model = classifier().compile(DEVICE, compilation(1))) {
      var history = model.fit(blobs(200, 5), FitOptions.epochs(6).withValidation(blobs(50, 6)));
      assertTrue(history.last().results().metric("accuracy") > 0.95, history.toString());
      assertTrue(history.last().validation().orElseThrow().metric("accuracy") > 0.95);
      assertTrue(model.evaluate(blobs(60, 7)).metric("accuracy") > 0.95);
      assertEquals(6, history.epochs().size());
      assertEquals(6 * 7, history.losses().getLast().step());
    }
  }

  @Test
  void trainsAsPyTorch() throws IOException {
    var fixture = Fixtures.read("network");
    var network =
        Sequential.of(Shape.of(4), Dense.of(5, Activation.TANH), Dense.of(3, Activation.SOFTMAX));
    var names = new String[] {"dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"};
    var keys = new String[] {"w0", "b0", "w1", "b1"};
    try (var model = network.compile(DEVICE, compilation(0))) {
      model.setLearningRate(0.05);
      for (int i = 0; i < keys.length; i++) {
        var variable = model.variable(names[i]);
        var values = Fixtures.doubles(fixture.path("initial").path(keys[i]));
        NdArray.of(variable.type(), values).copyTo(variable.data());
      }
      var data =
          Dataset.of(
              Tensor.of("x", TensorType.f32(10, 4), Fixtures.floats(fixture.path("x"))),
              Tensor.of("y", TensorType.of(DType.I32, 10), Fixtures.floats(fixture.path("y"))));
      var history = model.fit(data, FitOptions.epochs(2).withBatchSize(4).withShuffle(false));
      for (int epoch = 0; epoch < 2; epoch++) {
        assertEquals(
            fixture.path("losses").get(epoch).doubleValue(),
            history.epochs().get(epoch).results().loss(),
            1e-6);
      }
      for (int i = 0; i < keys.length; i++) {
        assertArrayEquals(
            Fixtures.floats(fixture.path("trained").path(keys[i])),
            model.variable(names[i]).toFloats(),
            2e-6f,
            names[i]);
      }
    }
  }

  static float[] kernel(Model model) {
    return model.variable("dense/kernel").toFloats();
  }

  @Test
  void aSeedGivesTheSameModel() {
    try (var a = classifier().compile(DEVICE, compilation(11));
        var b = classifier().compile(DEVICE, compilation(11));
        var c = classifier().compile(DEVICE, compilation(12))) {
      assertArrayEquals(kernel(a), kernel(b));
      assertFalse(Arrays.equals(kernel(a), kernel(c)));
      for (var model : new Model[] {a, b}) model.fit(blobs(50, 1), FitOptions.epochs(2));
      assertArrayEquals(kernel(a), kernel(b));
    }
  }

  @Test
  void bytesAreScaledAsTheyAreGathered() {
    var x = Tensor.of("x", TensorType.of(DType.U8, 3, 2), 0, 51, 102, 153, 204, 255);
    try (var model =
            Sequential.of(Shape.of(2), Activation.LINEAR)
                .compile(DEVICE, Compilation.of(Sgd.of(0.1), new MeanSquaredError()));
        var y = model.predict(Column.of(x).scaled(1 / 255.0), 2)) {
      assertEquals(TensorType.f32(3, 2), y.type());
      assertArrayEquals(new float[] {0, 0.2f, 0.4f, 0.6f, 0.8f, 1}, y.toFloats(), 1e-7f);
    }
  }

  @Test
  void convolutionPoolingAndDropoutTrain() {
    var network =
        Sequential.of(
            Shape.of(6, 6, 1),
            Conv2D.of(2, 3, Activation.RELU).withPadding(Padding.SAME),
            MaxPool2D.of(2),
            AveragePool2D.of(3),
            new Flatten(),
            new Dropout(0.25),
            Dense.of(1));
    var random = new SplittableRandom(4);
    float[] x = new float[16 * 36];
    float[] y = new float[16];
    for (int i = 0; i < x.length; i++) y[i / 36] += x[i] = random.nextFloat() * (1 + i / 36 % 3);
    for (int i = 0; i < y.length; i++) y[i] /= 36;
    var data =
        Dataset.of(
            Tensor.of("x", TensorType.f32(16, 6, 6, 1), x),
            Tensor.of("y", TensorType.f32(16, 1), y));
    try (var model =
        network.compile(DEVICE, Compilation.of(Adam.of(0.03), new MeanSquaredError()))) {
      double before = model.evaluate(data).loss();
      model.fit(data, FitOptions.epochs(15).withBatchSize(8));
      double after = model.evaluate(data).loss();
      assertTrue(after < 0.3 * before, before + " -> " + after);
      assertEquals(after, model.evaluate(data).loss(), "dropout is off in evaluation");
    }
  }

  @Test
  void theInferenceGraphHoldsTheParameters() {
    try (var model = classifier().compile(DEVICE, compilation(2));
        var x = Tensor.of("x", TensorType.f32(2, 2), 1, 2, 3, 4);
        var y = model.predict(x)) {
      var graph = model.inferenceGraph(2);
      assertEquals(1, graph.inputs().size());
      var values = graph.evaluate(List.of(x.toNdArray())).getFirst();
      assertArrayEquals(y.toNdArray().toDoubles(), values.toDoubles(), 1e-6);
      assertEquals(
          0,
          model.trainingGraph(4, TensorType.of(DType.I32)).outputs().stream()
              .filter(o -> o.updates().isEmpty())
              .count());
    }
  }

  private static String failure(Class<? extends RuntimeException> kind, Runnable action) {
    return assertThrows(kind, action::run).getMessage();
  }

  @Test
  void dataThatDoesNotFitIsNamed() {
    var once = FitOptions.epochs(1);
    var x = Tensor.of("x", TensorType.f32(2, 2), 1, 2, 3, 4);
    try (var model = classifier().compile(DEVICE, compilation(2))) {
      var label = Tensor.of("y", TensorType.of(DType.I32, 2), 0, 3);
      var message = failure(EngineException.class, () -> model.fit(Dataset.of(x, label), once));
      assertTrue(message.contains("label 3 of sample 1"), message);
      var negative = Tensor.of("y", TensorType.of(DType.I32, 2), -1, 0);
      failure(EngineException.class, () -> model.fit(Dataset.of(x, negative), once));
      var wide = Tensor.of("wide", TensorType.f32(2, 3), 1, 2, 3, 4, 5, 6);
      message = failure(EngineException.class, () -> model.fit(Dataset.of(wide, label), once));
      assertTrue(message.contains("\"wide\"") && message.contains("f32[3]"), message);
      var none =
          Dataset.of(
              Tensor.of("x", TensorType.f32(0, 2)), Tensor.of("y", TensorType.of(DType.I32, 0)));
      message = failure(EngineException.class, () -> model.fit(none, once));
      assertTrue(message.contains("empty"), message);
      failure(EngineException.class, () -> Dataset.of(x, Tensor.of("y", TensorType.f32(1), 1)));
    }
  }

  @Test
  void aLossThatIsNotANumberStopsTraining() {
    float[] x = new float[10];
    float[] y = new float[10];
    y[7] = Float.NaN;
    var data =
        Dataset.of(
            Tensor.of("x", TensorType.f32(10, 1), x), Tensor.of("y", TensorType.f32(10, 1), y));
    try (var model =
        Sequential.of(Shape.of(1), Dense.of(1))
            .compile(DEVICE, Compilation.of(Sgd.of(0.1), new MeanSquaredError()))) {
      var options = FitOptions.epochs(3).withBatchSize(2).withShuffle(false);
      var e = assertThrows(TrainingException.class, () -> model.fit(data, options));
      assertEquals(4, e.step());
      assertTrue(e.getMessage().contains("step 4"), e.getMessage());
      assertTrue(e.getMessage().contains("epoch 1"), e.getMessage());
    }
  }
}
