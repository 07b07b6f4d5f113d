package io.gatun.engine.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.ChildJvm;
import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.optimizer.Adam;
import io.gatun.engine.nn.optimizer.PolynomialDecay;
import io.gatun.engine.train.EarlyStopping;
import io.gatun.engine.train.FitOptions;
import io.gatun.engine.train.LearnerState.Part;
import io.gatun.engine.train.LearningRateFinder;
import io.gatun.engine.train.ModelCheckpoint;
import io.gatun.engine.train.Monitor;
import io.gatun.graph.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Callbacks with a real model.
class CheckpointTest {
  private static final Device DEVICE = Devices.open("reference");

  @TempDir private Path folder;

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  @Test
  void checkpointsOfStepsGoOnToTheSameBits() throws IOException {
    var data = ModelTest.blobs(40, 3);
    var options = FitOptions.untilEpoch(3).withBatchSize(16);
    try (var model = ModelTest.classifier().compile(DEVICE, ModelTest.compilation(9))) {
      var checkpoint = ModelCheckpoint.everySteps(folder, 4).keepingLast(2);
      model.fit(data, options.withCallback(checkpoint));
      var middle = folder.resolve("checkpoint-000000004.safetensors");
      try (var resumed = Model.load(middle, DEVICE)) {
        resumed.fit(data, options);
        for (var name : model.variableNames()) {
          assertEquals(
              -1, model.variable(name).data().mismatch(resumed.variable(name).data()), name);
        }
      }
    }
  }

  @Test
  void findingALearningRateChangesNothing() {
    var data = ModelTest.blobs(200, 3);
    try (var model = ModelTest.classifier().compile(DEVICE, ModelTest.compilation(9))) {
      model.fit(data, FitOptions.epochs(1));
      try (var before = model.learner().snapshot(Part.ALL)) {
        model.save(folder.resolve("before.safetensors"));
        var sweep = LearningRateFinder.of().sweep(model.learner(), data, 16, 1);
        model.save(folder.resolve("after.safetensors"));
        assertEquals(
            -1,
            Files.mismatch(
                folder.resolve("before.safetensors"), folder.resolve("after.safetensors")));
        double rate = sweep.suggestion();
        assertTrue(rate > 1e-4 && rate < 5, rate + " of " + sweep);
        before.restore();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void theRateOfTheLastUpdateIsTold() {
    var compilation =
        ModelTest.compilation(9).withSchedule(new PolynomialDecay(8, 1, 0)).withAccumulation(2);
    try (var model = ModelTest.classifier().compile(DEVICE, compilation)) {
      assertEquals(0.02, model.learningRate(), 1e-8);
      var history = model.fit(ModelTest.blobs(40, 3), FitOptions.epochs(2).withBatchSize(10));
      for (int i = 0; i < 2; i++) { // updates 2 and 4 of 8
        assertEquals(
            0.02 * compilation.schedule().at(2 * (i + 1)),
            history.epochs().get(i).learningRate(),
            1e-8);
      }
      assertTrue(history.last().learningRate() < 0.015, history.last().toString());
    }
  }

  @Test
  void earlyStoppingGivesTheBestWeightsBack() {
    var data = ModelTest.blobs(60, 3);
    try (var model = ModelTest.classifier().compile(DEVICE, ModelTest.compilation(9))) {
      model.setLearningRate(1); // far too high: the loss jumps about
      var options =
          FitOptions.epochs(20)
              .withValidation(ModelTest.blobs(30, 4))
              .withCallback(EarlyStopping.on(Monitor.validationLoss()).restoringBest());
      var history = model.fit(data, options);
      var best = history.best(Monitor.validationLoss());
      assertTrue(history.epochs().size() > best.number(), best.toString());
      assertEquals(best.validation().orElseThrow(), model.evaluate(ModelTest.blobs(30, 4), 32));
    }
  }

  /// Saves one model over and over, until it is killed.
  static final class Saver {
    private Saver() {}

    public static void main(String[] arguments) throws IOException {
      var file = Path.of(arguments[0]);
      try (var device = Devices.open("reference");
          var model =
              Sequential.of(Shape.of(600), Dense.of(1000), Dense.of(1))
                  .compile(device, Compilation.of(Adam.of(), new MeanSquaredError()))) {
        while (true) {
          model.save(file);
          System.out.println("saved");
        }
      }
    }
  }

  @Test
  void killedAtAnyTimeLeavesTheLastGoodOne() throws IOException, InterruptedException {
    var file = folder.resolve("checkpoint.safetensors");
    long seed = 5;
    var random = new SplittableRandom(seed);
    for (int kill = 0; kill < 3; kill++) {
      var process = ChildJvm.start(Saver.class, file.toString());
      try (var lines = process.inputReader()) {
        assertEquals("saved", lines.readLine());
        assertTrue(!process.waitFor(random.nextInt(100), TimeUnit.MILLISECONDS));
      } finally {
        process.destroyForcibly().waitFor();
      }
      try (var model = Model.load(file, DEVICE)) {
        assertEquals(0, model.learner().steps(), "seed " + seed);
      }
    }
  }

  @Test
  void aFileThatCannotBeWrittenLeavesTheLastGoodOne() throws IOException {
    var file = folder.resolve("checkpoint.safetensors");
    try (var model = ModelTest.classifier().compile(DEVICE, ModelTest.compilation(9))) {
      model.save(file);
      var below = file.resolve("checkpoint.safetensors");
      var e = assertThrows(IOException.class, () -> model.save(below));
      assertTrue(e.getMessage().contains("checkpoint.safetensors"), e.getMessage());
      Model.load(file, DEVICE).close();
    }
  }
}
