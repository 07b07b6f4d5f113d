package io.gatun.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.Device;
import io.gatun.engine.Devices;
import io.gatun.engine.nn.Compilation;
import io.gatun.engine.nn.Sequential;
import io.gatun.engine.nn.layer.Activation;
import io.gatun.engine.nn.layer.Dense;
import io.gatun.engine.nn.loss.MeanSquaredError;
import io.gatun.engine.nn.optimizer.Sgd;
import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import io.gatun.engine.train.FitOptions;
import io.gatun.graph.tensor.Shape;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the programs of the page on learning.
class LearningTest {
  private static final Device DEVICE = Devices.open("cpu");
  private static final Arena ARENA = Arena.ofShared();

  @TempDir private Path folder;

  @AfterAll
  static void close() {
    DEVICE.close();
    ARENA.close();
  }

  private static float[][] points(int count, int width) {
    var random = new SplittableRandom(5);
    var points = new float[count][width];
    for (var point : points) {
      for (int i = 0; i < width; i++) point[i] = (float) random.nextDouble(-1, 1);
    }
    return points;
  }

  /// `y = 2 x + 1`.
  private static Dataset line(int count) {
    var x = points(count, 1);
    var y = new float[count][1];
    for (int i = 0; i < count; i++) y[i][0] = 2 * x[i][0] + 1;
    return Dataset.of(Column.of("x", x, ARENA), Column.of("y", y, ARENA));
  }

  @Test
  void aFunctionalNetworkLearnsTwoOutputs() {
    var points = points(512, 2);
    var left = Arrays.copyOf(points, 256);
    var right = Arrays.copyOfRange(points, 256, 512);
    var sign = new float[256][1];
    var size = new float[256][1];
    for (int i = 0; i < 256; i++) {
      size[i][0] = left[i][0] + left[i][1] + right[i][0] + right[i][1];
      sign[i][0] = size[i][0] > 0 ? 1 : 0;
    }
    var data =
        new Dataset(
            List.of(Column.of("left", left, ARENA), Column.of("right", right, ARENA)),
            List.of(Column.of("sign", sign, ARENA), Column.of("size", size, ARENA)));
    var plan = TwoInputs.plan();
    try (var model = plan.network().compile(DEVICE, plan.compilation())) {
      model.fit(data, FitOptions.epochs(30));
      var results = model.evaluate(data);
      assertTrue(results.metric("sign_accuracy") > 0.9, results.toString());
      assertTrue(results.metric("size_loss") < 0.1, results.toString());
    }
  }

  @Test
  void aRunStopsAndGoesOn() throws IOException {
    var points = points(400, 2);
    int[] labels = new int[400];
    for (int i = 0; i < 400; i++) labels[i] = points[i][0] + points[i][1] > 0.7 ? 1 : 0;
    var data = Dataset.of(Column.of("point", points, ARENA), Column.of("class", labels, ARENA));
    var network =
        Sequential.of(Shape.of(2), Dense.of(16, Activation.RELU), Dense.of(2, Activation.SOFTMAX));
    var training = data.slice(0, 320);
    var validation = data.slice(320, 400);
    var first = TrainingRun.run(DEVICE, network, training, validation, 3, 100, folder);
    assertEquals(3, first.epochs().size());
    var second = TrainingRun.run(DEVICE, network, training, validation, 10, 100, folder);
    assertEquals(4, second.epochs().getFirst().number());
    assertTrue(
        second.last().validation().orElseThrow().metric("accuracy") > 0.9, "" + second.last());
    int epochs = second.last().number();
    assertEquals(1 + epochs, Files.readAllLines(folder.resolve("history.csv")).size());
  }

  @Test
  void functionsArePartsThatAreReadAgain() throws IOException {
    var data = line(64);
    try (var model = FunctionParts.run(DEVICE, data, folder.resolve("own.safetensors"))) {
      var results = model.evaluate(data);
      assertTrue(results.loss() < 0.1, results.toString());
      assertTrue(Math.abs(results.metric("bias")) < 0.3, results.toString());
    }
  }

  @Test
  void aCsvFileIsLearnt() throws IOException {
    var random = new SplittableRandom(3);
    var text = new StringBuilder("height,girth,kind\n");
    for (int i = 0; i < 300; i++) {
      int kind = i % 3;
      double height = 1e4 * (kind + 0.1 * random.nextGaussian());
      var girth = i == 7 ? "NA" : "" + 1e-3 * random.nextGaussian();
      text.append(
          String.format(
              Locale.ROOT, "%.1f,%s,%s%n", height, girth, List.of("ash", "elm", "oak").get(kind)));
    }
    var csv = Files.writeString(folder.resolve("trees.csv"), text);
    assertTrue(CsvTable.run(DEVICE, csv).accuracy() > 0.95);
  }

  @Test
  void imagesAreLearnt() throws IOException {
    for (var colour : List.of("red", "blue")) {
      Files.createDirectories(folder.resolve(colour));
      for (int i = 0; i < 16; i++) {
        var image = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
        var pen = image.createGraphics();
        pen.setColor(colour.equals("red") ? Color.RED : Color.BLUE);
        pen.fillRect(i, 0, 20, 40);
        pen.dispose();
        ImageIO.write(image, "png", folder.resolve(colour + "/" + i + ".png").toFile());
      }
    }
    var results = PhotoFolder.run(DEVICE, folder);
    assertEquals(1, results.metric("accuracy"), results.toString());
  }

  @Test
  void textsAreLearnt() throws IOException {
    for (var kind : List.of("sea", "land")) {
      Files.createDirectories(folder.resolve(kind));
      for (int i = 0; i < 20; i++) {
        var text = "page " + i + " of the " + (kind.equals("sea") ? "whale ship" : "horse road");
        Files.writeString(folder.resolve(kind + "/" + i + ".txt"), text);
      }
    }
    var results = TextFolder.run(DEVICE, folder);
    assertEquals(1, results.metric("accuracy"), results.toString());
  }

  @Test
  void aRunIsWatched() throws IOException {
    var network = Sequential.of(Shape.of(1), Dense.of(1));
    var compilation = Compilation.of(Sgd.of(1e-3), new MeanSquaredError());
    try (var model = network.compile(DEVICE, compilation)) {
      var history = WatchedRun.run(model, line(320), folder);
      assertTrue(model.learningRate() > 1e-3, "rate " + model.learningRate());
      assertEquals(5, history.epochs().size());
      try (var files = Files.list(folder.resolve("train"))) {
        assertEquals(1, files.count());
      }
    }
  }
}
