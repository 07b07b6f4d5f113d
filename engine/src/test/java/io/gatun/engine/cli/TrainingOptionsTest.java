package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The options that all examples have for watching and preparing their training.
class TrainingOptionsTest {
  @TempDir private Path folder;

  /// All event files below a folder; their texts are stored plainly.
  private static String events(Path folder) throws IOException {
    var text = new StringBuilder();
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        assertTrue(file.getFileName().toString().startsWith("events.out.tfevents."), "" + file);
        text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return text.toString();
  }

  @Test
  void aTrainingIsLoggedForTensorBoard() throws IOException {
    var logs = folder.resolve("logs");
    var run =
        CommandRun.of(
            "train", "mlp", "--quick", "--epochs=2", "--out", folder, "--tensorboard", logs);
    assertEquals(0, run.code(), run.err());
    var training = events(logs.resolve("train"));
    for (var tag :
        new String[] {"learning_rate", "epoch/loss", "epoch/accuracy", "dense/kernel", "matmul"}) {
      assertTrue(training.contains(tag), tag);
    }
    assertTrue(events(logs.resolve("validation")).contains("epoch/accuracy"));
  }

  @Test
  void aLearningRateIsSuggestedInsteadOfTraining() throws IOException {
    var run =
        CommandRun.of("train", "mlp", "--quick", "--json", "--out", folder, "--find-learning-rate");
    assertEquals(0, run.code(), run.err());
    double rate = run.json().get("suggested_learning_rate").asDouble();
    assertTrue(rate > 1e-4 && rate < 1, "suggested " + rate);
    assertTrue(ImageIO.read(folder.resolve("learning-rate.png").toFile()).getWidth() > 400);
    assertFalse(Files.exists(folder.resolve("model.safetensors")));
    assertFalse(run.err().contains("epoch 1"), run.err());
  }

  @Test
  void theSuggestionIsPrinted() {
    var found =
        CommandRun.of(
            "train", "linear-regression", "--quick", "--out", folder, "--find-learning-rate");
    assertEquals(0, found.code(), found.err());
    assertTrue(found.out().contains("suggested learning rate: "), found.out());
    assertTrue(found.out().contains("learning-rate.png"), found.out());
  }
}
