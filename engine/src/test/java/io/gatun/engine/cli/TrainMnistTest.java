package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.io.Npy;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Training, evaluation and prediction by the command line, on a data set that is easy to learn.
class TrainMnistTest {
  @TempDir static Path folder;
  private static Path data;
  private static Path model;
  private static CommandRun training;

  @BeforeAll
  static void train() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    BandDigits.write(data);
    model = folder.resolve("model");
    training = train(model);
    assertEquals(0, training.code(), training.err());
  }

  private static CommandRun train(Path out) {
    return CommandRun.of(
        "train", "mnist", "--data", data, "--out", out, "--epochs=5", "--seed=3", "--json");
  }

  @Test
  void learnsAndSaysSo() {
    var json = training.json();
    assertEquals(BandDigits.TRAINING, json.get("samples").asInt());
    assertEquals(1, json.get("test_accuracy").asDouble());
    assertTrue(training.err().contains("epoch 5: loss "), training.err());
  }

  @Test
  void writesModelAndPictures() throws IOException {
    assertTrue(Files.size(model.resolve("model.safetensors")) > 400_000);
    for (var name : new String[] {"mnist-loss.png", "mnist-predictions.png"}) {
      assertTrue(ImageIO.read(model.resolve(name).toFile()).getWidth() > 400, name);
    }
  }

  @Test
  void theSameSeedGivesTheSameModelToTheLastBit() throws IOException {
    var again = folder.resolve("again");
    assertEquals(0, train(again).code());
    assertArrayEquals(
        Files.readAllBytes(model.resolve("model.safetensors")),
        Files.readAllBytes(again.resolve("model.safetensors")));
  }

  @Test
  void logsForTensorBoard() throws IOException {
    var logs = folder.resolve("logs");
    var out = folder.resolve("logged");
    var run =
        CommandRun.of(
            "train", "mnist", "--data", data, "--out", out, "--epochs=1", "--tensorboard", logs);
    assertEquals(0, run.code(), run.err());
    try (var files = Files.list(logs.resolve("train"))) {
      assertEquals(1, files.filter(f -> f.toString().contains(".tfevents.")).count());
    }
  }

  @Test
  void evaluatesTheSavedModel() {
    var run = CommandRun.of("evaluate", model, "--data", data, "--json");
    assertEquals(0, run.code(), run.err());
    assertEquals(1, run.json().get("accuracy").asDouble());
    assertEquals(BandDigits.TEST, run.json().get("samples").asInt());
    assertEquals(training.json().get("test_loss"), run.json().get("loss"));
  }

  @Test
  void exportsForOneSizeOfBatchOrForAll() throws IOException {
    var all = CommandRun.of("export", model, "-o", folder.resolve("all.onnx"));
    assertEquals(0, all.code(), all.err());
    assertTrue(all.out().contains("x: FLOAT[batch, 28"), all.out());
    var one = CommandRun.of("export", model, "-o", folder.resolve("one.onnx"), "--batch=3");
    assertEquals(0, one.code(), one.err());
    assertTrue(one.out().contains("x: FLOAT[3, 28"), one.out());
    var none = CommandRun.of("export", model, "-o", folder.resolve("none.onnx"), "--batch=0");
    assertTrue(none.err().contains("--batch: 0 is not positive"), none.err());
  }

  @Test
  void predictsTestDigitsArraysAndPictures() throws IOException {
    var json = CommandRun.of("predict", model, "--data", data, "--count=4", "--json").json();
    assertEquals(4, json.get("predictions").size());
    for (int i = 0; i < 4; i++) {
      var prediction = json.get("predictions").get(i);
      assertEquals(i, prediction.get("label").asInt());
      assertEquals(i, prediction.get("true_label").asInt());
      assertEquals(10, prediction.get("probabilities").size());
    }
    var text = CommandRun.of("predict", model, array(6), picture(3));
    assertEquals(0, text.code(), text.err());
    assertTrue(text.out().matches("(?s).*six.npy: 6  0:0.*three.png: 3  0:0.*"), text.out());
  }

  private static Path array(int digit) throws IOException {
    var file = folder.resolve("six.npy");
    try (var arena = Arena.ofConfined()) {
      var pixels = arena.allocate(784);
      pixels.asSlice(digit * 56L, 56).fill((byte) 255);
      Npy.write(file, TensorType.of(DType.U8, 28, 28), pixels);
    }
    return file;
  }

  /// Twice as large as the model wants.
  private static Path picture(int digit) throws IOException {
    var file = folder.resolve("three.png");
    var image = new BufferedImage(56, 56, BufferedImage.TYPE_INT_RGB);
    var pen = image.createGraphics();
    pen.fillRect(0, 4 * digit, 56, 4);
    pen.dispose();
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  @Test
  void imagesThatDoNotFitAreRefused() throws IOException {
    var file = folder.resolve("wide.npy");
    try (var arena = Arena.ofConfined()) {
      Npy.write(file, TensorType.of(DType.U8, 28, 29), arena.allocate(28 * 29));
    }
    var run = CommandRun.of("predict", model, file);
    assertEquals(1, run.code());
    assertTrue(run.err().contains("wide.npy holds u8[28,29]"), run.err());
    assertEquals(1, CommandRun.of("predict", model, data.resolve("none.png")).code());
  }

  @Test
  void missingDataFilesAreNamed() {
    var run = CommandRun.of("evaluate", model, "--data", model);
    assertEquals(1, run.code());
    assertTrue(
        run.err().contains("t10k-images-idx3-ubyte") || run.err().contains("train-images"),
        run.err());
  }

  @Test
  void aTruncatedModelIsRefused() throws IOException {
    var broken = Files.createDirectory(folder.resolve("broken"));
    byte[] whole = Files.readAllBytes(model.resolve("model.safetensors"));
    Files.write(broken.resolve("model.safetensors"), java.util.Arrays.copyOf(whole, 300_000));
    var run = CommandRun.of("evaluate", broken, "--data", data);
    assertEquals(1, run.code());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("model.safetensors"), run.err());
  }
}
