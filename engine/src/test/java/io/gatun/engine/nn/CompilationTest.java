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
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a compilation adds to plain training, and parts of the user's own.
class CompilationTest {
  private static final Device DEVICE = Devices.open("reference");

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  private static float[] trained(Compilation compilation, Dataset data, int batch, int epochs) {
    try (var model = ModelTest.classifier().compile(DEVICE, compilation)) {
      model.fit(data, FitOptions.epochs(epochs).withBatchSize(batch).withShuffle(false));
      return ModelTest.kernel(model);
    }
  }

  @Test
  void gatheredBatchesAreOneLargeBatch() {
    var data = ModelTest.blobs(24, 3);
    var once = ModelTest.compilation(2);
    assertArrayEquals(
        trained(once, data, 12, 3), trained(once.withAccumulation(3), data, 4, 3), 1e-6f);
    // Batches of 5, 5, 2: the samples count alike.
    var odd = data.slice(0, 12);
    assertArrayEquals(
        trained(once, odd, 12, 2), trained(once.withAccumulation(3), odd, 5, 2), 1e-6f);
  }

  @Test
  void aBatchThatIsOnlyGatheredImprovesNothing() {
    var compilation = ModelTest.compilation(2).withAccumulation(2);
    try (var model = ModelTest.classifier().compile(DEVICE, compilation)) {
      var before = ModelTest.kernel(model);
      var data = ModelTest.blobs(3, 1);
      model.fit(data, FitOptions.epochs(1).withBatchSize(3));
      assertArrayEquals(before, ModelTest.kernel(model));
      model.fit(data, FitOptions.epochs(1).withBatchSize(3));
      assertFalse(Arrays.equals(before, ModelTest.kernel(model)));
    }
  }

  /// One step of gradient descent on `y = w x` from `w = 0` with the gradient -2.
  private static double step(Clipping clipping) {
    try (var model =
        Sequential.of(
                Shape.of(1), Dense.of(1).withoutBias().withKernelInitializer(Initializer.zeros()))
            .compile(
                DEVICE, Compilation.of(Sgd.of(1), new MeanSquaredError()).withClipping(clipping))) {
      var one = Tensor.of("x", TensorType.f32(1, 1), 1);
      model.fit(Dataset.of(one, one), FitOptions.epochs(1));
      return model.variable("dense/kernel").item();
    }
  }

  @Test
  void clippingLimitsTheStep() {
    assertEquals(2, step(new Clipping.None()), 1e-6);
    assertEquals(0.5, step(new Clipping.ByValue(0.5)), 1e-6);
    assertEquals(0.25, step(new Clipping.ByNorm(0.25)), 1e-6);
    assertEquals(0.75, step(new Clipping.ByGlobalNorm(0.75)), 1e-6);
    assertEquals(2, step(new Clipping.ByGlobalNorm(3)), 1e-6);
    assertThrows(IllegalArgumentException.class, () -> new Clipping.ByNorm(0));
  }

  @Test
  void clippingLeavesNoNumberHidden() {
    var tracer = new Tracer();
    var given = tracer.input("g", TensorType.f32(3));
    for (var clipping : List.of(new Clipping.ByValue(1), new Clipping.ByGlobalNorm(1))) {
      tracer.output(clipping.kind(), clipping.of(List.of(given)).getFirst());
    }
    double[] infinite = {1, Double.NEGATIVE_INFINITY, 2};
    var clipped = tracer.graph().evaluate(List.of(NdArray.of(TensorType.f32(3), infinite)));
    assertArrayEquals(new double[] {1, -1, 1}, clipped.get(0).toDoubles());
    assertArrayEquals(new double[] {0, Double.NaN, 0}, clipped.get(1).toDoubles());
    double[] unknown = {1, Double.NaN, 2};
    clipped = tracer.graph().evaluate(List.of(NdArray.of(TensorType.f32(3), unknown)));
    assertArrayEquals(new double[] {1, Double.NaN, 1}, clipped.get(0).toDoubles());
    double nan = Double.NaN;
    assertArrayEquals(new double[] {nan, nan, nan}, clipped.get(1).toDoubles());
  }

  @Test
  void weightsOfClassesAndOfSamplesAgree() {
    var data = ModelTest.blobs(30, 4);
    var labels = data.targets().getFirst();
    float[] factors = new float[30];
    for (int i = 0; i < 30; i++) {
      int label = labels.data().get(ValueLayout.JAVA_BYTE, i);
      factors[i] = new float[] {1, 0, 2.5f}[label];
    }
    var sgd = Sgd.of(0.5);
    var plain = Objective.of(SparseCategoricalCrossEntropy.of());
    var byClass = Compilation.of(sgd, plain.withClassWeights(1, 0, 2.5));
    var bySample = data.withWeights(Column.of(Tensor.of("w", TensorType.f32(30), factors)));
    float[] expected = trained(byClass, data, 10, 2);
    assertArrayEquals(expected, trained(Compilation.of(sgd, plain), bySample, 10, 2), 1e-6f);
    assertFalse(Arrays.equals(expected, trained(Compilation.of(sgd, plain), data, 10, 2)));
    var e =
        assertThrows(
            EngineException.class,
            () -> trained(Compilation.of(sgd, plain.withClassWeights(1, 2)), data, 10, 1));
    assertTrue(e.getMessage().contains("class weights: label 2"), e.getMessage());
  }

  private record Scale(double factor) implements Layer {
    @Override
    public String kind() {
      return "scale";
    }

    @Override
    public Settings settings() {
      return Settings.none().with("factor", factor);
    }

    @Override
    public Value apply(Scope scope, Value x) {
      var shift = scope.parameter("shift", Shape.of(x.dim(-1)), Initializer.zeros());
      return x.mul(factor).add(shift);
    }
  }

  @Test
  void partsOfTheUsersOwnTrainAndSurviveAFile(@TempDir Path folder) throws IOException {
    var mish = Layer.of("mish", (_, x) -> x.mul(Nn.softplus(x).tanh()));
    var absolute = Loss.of("absolute", (p, t) -> p.value().sub(p.numbers("absolute", t)).abs());
    var error = Metric.mean("mae", (p, t) -> p.value().sub(p.numbers("mae", t)).abs());
    var network = Sequential.of(Shape.of(1), new Scale(2), Dense.of(4), mish, Dense.of(1));
    var x = Tensor.of("x", TensorType.f32(4, 1), 0, 1, 2, 3);
    var data = Dataset.of(x, Tensor.of("y", TensorType.f32(4, 1), 1, 3, 5, 7));
    var file = folder.resolve("own.safetensors");
    var parts =
        Parts.builtIn()
            .withLayer("scale", f -> new Scale(f.number("factor")))
            .withLayer("mish", _ -> mish)
            .withLoss("absolute", _ -> absolute)
            .withMetric("mae", _ -> error);
    try (var model = network.compile(DEVICE, Compilation.of(Adam.of(0.05), absolute, error))) {
      model.fit(data, FitOptions.epochs(100).withBatchSize(4));
      var results = model.evaluate(data);
      assertTrue(results.loss() < 0.5, results.toString());
      assertEquals(results.loss(), results.metric("mae"), 1e-6);
      model.save(file);
      try (var again = Model.load(file, DEVICE, parts)) {
        assertEquals(results, again.evaluate(data));
      }
      var e = assertThrows(IOException.class, () -> Model.load(file, DEVICE));
      assertTrue(e.getMessage().contains("layers[0].kind"), e.getMessage());
      assertTrue(e.getMessage().contains("Parts.builtIn()"), e.getMessage());
    }
  }

  @Test
  void frozenLayersStayAsTheyAre() {
    var network =
        Sequential.of(
            Shape.of(2), Dense.of(8, Activation.RELU).frozen(), Dense.of(3, Activation.SOFTMAX));
    try (var model = network.compile(DEVICE, ModelTest.compilation(1))) {
      var before = model.variable("frozen/kernel").toFloats();
      model.fit(ModelTest.blobs(60, 2), FitOptions.epochs(4));
      assertArrayEquals(before, model.variable("frozen/kernel").toFloats());
      assertTrue(model.evaluate(ModelTest.blobs(60, 2)).metric("accuracy") > 0.6);
      assertTrue(model.variableNames().stream().noneMatch(n -> n.equals("adam.m:frozen/kernel")));
    }
  }

  @Test
  void penaltiesAddToTheLoss() {
    var penalised =
        Layer.of(
            "penalised",
            (scope, x) -> {
              scope.penalty(x.square().mean().mul(0.5));
              return x;
            });
    try (var model =
        Sequential.of(Shape.of(1), penalised)
            .compile(DEVICE, Compilation.of(Sgd.of(0), new MeanSquaredError()))) {
      var x = Tensor.of("x", TensorType.f32(2, 1), 1, 3);
      assertEquals(2.5, model.evaluate(Dataset.of(x, x)).loss(), 1e-6);
    }
  }

  @Test
  void objectivesMustMatchTheOutputs() {
    var two =
        Compilation.of(
            Sgd.of(1), Objective.of(new MeanSquaredError()), Objective.of(new MeanSquaredError()));
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> ModelTest.classifier().compile(DEVICE, two));
    assertTrue(e.getMessage().contains("2 objectives"), e.getMessage());
  }
}
