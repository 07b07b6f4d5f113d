package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.io.Safetensors;
import io.gatun.engine.metric.Average;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.AveragePool2D;
import io.gatun.engine.nn.layer.Conv2D;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.layer.Dropout;
import io.gatun.engine.nn.layer.Flatten;
import io.gatun.engine.nn.layer.MaxPool2D;
import io.gatun.engine.nn.layer.Padding;
import io.gatun.engine.nn.layer.Rescaling;
import io.gatun.engine.nn.loss.BinaryCrossEntropy;
import io.gatun.engine.nn.loss.CategoricalCrossEntropy;
import io.gatun.engine.nn.loss.CosineDistance;
import io.gatun.engine.nn.loss.Focal;
import io.gatun.engine.nn.loss.Hinge;
import io.gatun.engine.nn.loss.Huber;
import io.gatun.engine.nn.loss.KullbackLeibler;
import io.gatun.engine.nn.loss.LogCosh;
import io.gatun.engine.nn.loss.MeanAbsoluteError;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.loss.Poisson;
import io.gatun.engine.nn.loss.SparseCategoricalCrossEntropy;
import io.gatun.engine.nn.metric.Accuracy;
import io.gatun.engine.nn.metric.Auc;
import io.gatun.engine.nn.metric.Confusion;
import io.gatun.engine.nn.metric.CosineSimilarity;
import io.gatun.engine.nn.metric.F1;
import io.gatun.engine.nn.metric.MeanLoss;
import io.gatun.engine.nn.metric.Perplexity;
import io.gatun.engine.nn.metric.Precision;
import io.gatun.engine.nn.metric.RSquared;
import io.gatun.engine.nn.metric.Recall;
import io.gatun.engine.nn.metric.RootMeanSquaredError;
import io.gatun.engine.nn.metric.TopKAccuracy;
import io.gatun.engine.nn.optimizer.Adadelta;
import io.gatun.engine.nn.optimizer.Adagrad;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.nn.optimizer.AdamW;
import io.gatun.engine.nn.optimizer.ConstantRate;
import io.gatun.engine.nn.optimizer.CosineDecay;
import io.gatun.engine.nn.optimizer.Decayed;
import io.gatun.engine.nn.optimizer.ExponentialDecay;
import io.gatun.engine.nn.optimizer.InverseSquareRoot;
import io.gatun.engine.nn.optimizer.OneCycle;
import io.gatun.engine.nn.optimizer.PiecewiseConstant;
import io.gatun.engine.nn.optimizer.PolynomialDecay;
import io.gatun.engine.nn.optimizer.RmsProp;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.nn.optimizer.Warmup;
import io.gatun.engine.train.Callback;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
  private static final Device DEVICE = Devices.open("reference");

  @TempDir private Path folder;

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  private Path saved() throws IOException {
    var file = folder.resolve("model.safetensors");
    try (var model = ModelTest.classifier().compile(DEVICE, ModelTest.compilation(4))) {
      model.save(file);
    }
    return file;
  }

  @Test
  void trainingGoesOnAsIfItHadNotStopped() throws IOException {
    var file = folder.resolve("model.safetensors");
    var data = ModelTest.blobs(40, 3);
    try (var through = ModelTest.classifier().compile(DEVICE, ModelTest.compilation(9));
        var first = ModelTest.classifier().compile(DEVICE, ModelTest.compilation(9))) {
      through.fit(data, FitOptions.epochs(3).withBatchSize(16));
      first.fit(data, FitOptions.epochs(2).withBatchSize(16));
      first.save(file);
      try (var resumed = Model.load(file, DEVICE)) {
        assertEquals(first.compilation(), resumed.compilation());
        assertEquals(first.network(), resumed.network());
        var history = resumed.fit(data, FitOptions.epochs(1).withBatchSize(16));
        assertEquals(3, history.last().number());
        assertSameVariables(through, resumed);
      }
    }
  }

  private static Callback stopAfter(long last) {
    return new Callback() {
      @Override
      public boolean wantsSteps() {
        return true;
      }

      @Override
      public void stepEnded(long step, Control control) {
        if (step == last) control.stop("step " + step);
      }
    };
  }

  @Test
  void trainingGoesOnInTheMiddleOfAnEpoch() throws IOException {
    var file = folder.resolve("checkpoint.safetensors");
    var data = ModelTest.blobs(100, 3);
    var network =
        Sequential.of(Shape.of(2), Dense.of(8), new Dropout(0.3), Dense.of(3, Activation.SOFTMAX));
    var options = FitOptions.untilEpoch(3).withBatchSize(16).withValidation(ModelTest.blobs(30, 4));
    for (int stop : new int[] {8, 11, 14}) {
      try (var through = network.compile(DEVICE, ModelTest.compilation(9));
          var first = network.compile(DEVICE, ModelTest.compilation(9))) {
        var whole = through.fit(data, options);
        first.fit(data, options.withCallback(stopAfter(stop)));
        first.evaluate(data);
        first.save(file);
        try (var resumed = network.compile(DEVICE, ModelTest.compilation(9))) {
          resumed.restore(file);
          var rest = resumed.fit(data, options);
          assertEquals(stop == 14 ? 1 : 2, rest.epochs().size());
          for (var epoch : rest.epochs()) {
            var same = whole.epochs().get(epoch.number() - 1);
            assertEquals(same.results(), epoch.results());
            assertEquals(same.validation(), epoch.validation());
            assertEquals(same.step(), epoch.step());
          }
          assertSameVariables(through, resumed);
        }
      }
    }
  }

  private static void assertSameVariables(Model one, Model other) {
    for (var name : one.variableNames()) {
      assertEquals(-1, one.variable(name).data().mismatch(other.variable(name).data()), name);
    }
  }

  @Test
  void everyKindOfLayerAndSettingSurvives() throws IOException {
    var network =
        Sequential.of(
            Shape.of(8, 8, 2),
            new Rescaling(0.5, -1),
            new Conv2D(
                4,
                List.of(3, 2),
                List.of(1, 2),
                List.of(1, 1),
                2,
                Padding.SAME,
                Activation.GELU,
                false,
                Initializer.heNormal(),
                Initializer.ones()),
            MaxPool2D.of(2),
            AveragePool2D.of(2).named("mean"),
            Activation.SILU,
            new Dropout(0.1),
            new Flatten(),
            Dense.of(4).frozen(),
            Dense.of(3).withoutBias().withKernelInitializer(Initializer.normal(0, 0.1)),
            Dense.of(2).withKernelInitializer(Initializer.uniform(-1, 1)));
    for (var optimizer : List.of(Adam.of(0.1), new Sgd(0.1, 0.9, true))) {
      for (var loss :
          List.of(
              new BinaryCrossEntropy(true),
              new CategoricalCrossEntropy(false),
              new SparseCategoricalCrossEntropy(true),
              new MeanSquaredError())) {
        var graphs =
            new TrainingGraphs(
                network,
                Compilation.of(
                        optimizer,
                        Objective.of(loss, new Accuracy()).withWeight(2).withClassWeights(1, 3))
                    .withClipping(new Clipping.ByGlobalNorm(1))
                    .withAccumulation(4)
                    .withSeed(-5));
        assertEquals(
            graphs, ModelJson.read(ModelJson.write(graphs), Path.of("f"), Parts.builtIn()));
      }
    }
  }

  private static void survives(Compilation compilation) throws IOException {
    var graphs = new TrainingGraphs(ModelTest.classifier(), compilation);
    assertEquals(graphs, ModelJson.read(ModelJson.write(graphs), Path.of("f"), Parts.builtIn()));
  }

  @Test
  void everyOptimizerAndScheduleSurvives() throws IOException {
    var loss = SparseCategoricalCrossEntropy.of();
    for (var optimizer :
        List.of(
            Adam.of().withAmsgrad(),
            AdamW.of().withWeightDecay(0.3, Decayed.ALL),
            new Adadelta(0.5, 0.8, 1e-5),
            new Adagrad(0.1, 0.2, 1e-5),
            new RmsProp(0.1, 0.8, 1e-5, 0.7, true),
            Sgd.of(0.1).withWeightDecay(0.2, Decayed.MATRICES))) {
      survives(Compilation.of(optimizer, loss));
    }
    for (var schedule :
        List.of(
            new ConstantRate(),
            new CosineDecay(10, 0.1),
            ExponentialDecay.staircase(0.5, 10),
            new InverseSquareRoot(10),
            OneCycle.of(100),
            new PiecewiseConstant(List.of(3, 5), List.of(1.0, 0.5, 0.25)),
            new PolynomialDecay(10, 2, 0.1),
            new Warmup(10, new CosineDecay(10, 0.1)))) {
      survives(Compilation.of(Sgd.of(1), loss).withSchedule(schedule));
    }
  }

  @Test
  void everyLossAndMetricSurvives() throws IOException {
    var sparse = new SparseCategoricalCrossEntropy(true).withSmoothing(0.1).withIgnoredLabel(-1);
    for (var loss :
        List.of(
            BinaryCrossEntropy.of().withPositiveWeight(2),
            CategoricalCrossEntropy.of().withSmoothing(0.2),
            new CosineDistance(),
            new Focal(1, 0.5, true),
            new Hinge(true),
            new Huber(0.5),
            KullbackLeibler.of(),
            new LogCosh(),
            new MeanAbsoluteError(),
            new Poisson(),
            sparse)) {
      survives(Compilation.of(Sgd.of(1), loss));
    }
    survives(
        Compilation.of(
            Sgd.of(1),
            sparse,
            new Accuracy(0),
            new Auc(50, true),
            new Confusion(0),
            new CosineSimilarity(),
            F1.of(Average.WEIGHTED),
            MeanLoss.squaredError(),
            new Perplexity(sparse),
            Precision.of(),
            Precision.of(Average.MACRO),
            Recall.ofClass(2),
            new RSquared(),
            new RootMeanSquaredError(),
            new TopKAccuracy(2)));
  }

  private String failureAfter(BiConsumer<TreeMap<String, Literal>, TreeMap<String, String>> change)
      throws IOException {
    var file = saved();
    try (var arena = Arena.ofConfined()) {
      var content = Safetensors.read(file, arena);
      var tensors = new TreeMap<>(content.tensors());
      var metadata = new TreeMap<>(content.metadata());
      change.accept(tensors, metadata);
      var changed = folder.resolve("changed.safetensors");
      new Safetensors(tensors, metadata).write(changed);
      var e = assertThrows(IOException.class, () -> Model.load(changed, DEVICE).close());
      assertTrue(e.getMessage().contains("changed.safetensors"), e.getMessage());
      return e.getMessage();
    }
  }

  private String failureAfterReplacing(String from, String to) throws IOException {
    return failureAfter(
        (_, metadata) ->
            metadata.computeIfPresent(
                "gatun.model",
                (_, json) -> {
                  assertTrue(json.contains(from), json);
                  return json.replace(from, to);
                }));
  }

  private static void contains(String message, String... parts) {
    for (var part : parts) assertTrue(message.contains(part), message);
  }

  @Test
  void theFirstDifferenceIsNamed() throws IOException {
    contains(
        failureAfter((tensors, _) -> tensors.remove("dense/bias")), "\"dense/bias\"", "missing");
    var odd = Literal.of(TensorType.f32(2), 1, 2);
    contains(failureAfter((tensors, _) -> tensors.put("odd", odd)), "\"odd\"");
    contains(failureAfter((tensors, _) -> tensors.put("dense/bias", odd)), "f32[2]", "f32[8]");
    contains(failureAfter((_, metadata) -> metadata.clear()), "gatun.model");
    contains(failureAfterReplacing("\"version\":3", "\"version\":1"), "model.version", "1");
    contains(failureAfterReplacing("\"units\":8", "\"units\":-8"), "layers[0]", "-8");
    contains(failureAfterReplacing("\"units\":8", "\"units\":\"8\""), "layers[0].units");
    contains(failureAfterReplacing("\"units\":8", "\"units\":2147483647"), "dense/kernel");
    contains(failureAfterReplacing("\"kind\":\"dense\"", "\"kind\":\"x\""), "layers[0].kind");
    contains(failureAfterReplacing("\"kind\":\"adam\"", "\"kind\":\"x\""), "optimizer.kind");
    contains(failureAfterReplacing("\"f32[2]\"", "\"f32[\""), "model.network");
    contains(failureAfterReplacing("\"relu\"", "\"rule\""), "activation");
    contains(failureAfterReplacing("\"full\"", "\"x\""), "model.precision.kind");
    contains(failureAfterReplacing("{\"version\"", "{{"), "JSON");
  }

  private String failureOfRestoring(Network network, Compilation compilation) throws IOException {
    var file = saved();
    try (var model = network.compile(DEVICE, compilation)) {
      var e = assertThrows(IOException.class, () -> model.restore(file));
      assertTrue(e.getMessage().contains("model.safetensors"), e.getMessage());
      return e.getMessage();
    }
  }

  @Test
  void aCheckpointOfAnotherModelNamesTheFirstDifference() throws IOException {
    var compilation = ModelTest.compilation(4);
    contains(
        failureOfRestoring(
            Sequential.of(
                Shape.of(2), Dense.of(9, Activation.RELU), Dense.of(3, Activation.SOFTMAX)),
            compilation),
        "network.layers[0].",
        "units is 8 there and 9 here");
    contains(
        failureOfRestoring(ModelTest.classifier(), ModelTest.compilation(6)),
        "seed is 4 there and 6 here");
    contains(
        failureOfRestoring(Sequential.of(Shape.of(2), Dense.of(8, Activation.RELU)), compilation),
        "network.layers[1]",
        "missing here");
    var loss = compilation.objectives().getFirst();
    contains(
        failureOfRestoring(ModelTest.classifier(), Compilation.of(Sgd.of(0.02), loss).withSeed(4)),
        "optimizer.kind is \"adam\" there and \"sgd\" here");
    contains(
        failureOfRestoring(
            ModelTest.classifier(),
            Compilation.of(new Adam(0.02, 0.8, 0.999, 1e-7), loss).withSeed(4)),
        "optimizer.beta1 is 0.9 there and 0.8 here");
  }

  @Test
  void anotherLearningRateHoldsAfterRestoring() throws IOException {
    var file = folder.resolve("model.safetensors");
    var faster =
        Compilation.of(Adam.of(0.5), ModelTest.compilation(4).objectives().getFirst()).withSeed(4);
    try (var model = ModelTest.classifier().compile(DEVICE, ModelTest.compilation(4));
        var same = ModelTest.classifier().compile(DEVICE, ModelTest.compilation(4));
        var other = ModelTest.classifier().compile(DEVICE, faster)) {
      model.fit(ModelTest.blobs(20, 3), FitOptions.epochs(1));
      model.setLearningRate(0.001);
      model.save(file);
      same.restore(file);
      assertEquals(0.001f, same.learningRate());
      other.restore(file);
      assertEquals(0.5, other.learningRate());
      assertEquals(
          -1,
          other
              .variable("adam.m:dense/kernel")
              .data()
              .mismatch(model.variable("adam.m:dense/kernel").data()));
    }
  }

  /// Every change of a byte either loads or is an [IOException].
  @Test
  void damageIsAnIoException() throws IOException {
    byte[] bytes = Files.readAllBytes(saved());
    var damaged = folder.resolve("damaged.safetensors");
    long seed = 17;
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 300; i++) {
      byte[] copy = bytes.clone();
      copy[random.nextInt(Math.min(copy.length, 3000))] = (byte) random.nextInt(256);
      if (i % 4 == 0) copy = Arrays.copyOf(copy, random.nextInt(copy.length));
      Files.write(damaged, copy);
      try {
        Model.load(damaged, DEVICE).close();
      } catch (IOException e) {
        contains(e.getMessage(), "damaged.safetensors");
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", change " + i, e);
      }
    }
  }
}
