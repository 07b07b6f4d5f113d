package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The quick form of examples that need no data from elsewhere.
class ExamplesTest {
  @TempDir private Path folder;

  private CommandRun quick(String name, Object... options) {
    var arguments = new Object[options.length + 6];
    System.arraycopy(options, 0, arguments, 6, options.length);
    var common = new Object[] {"train", name, "--quick", "--json", "--out", folder.resolve("out")};
    System.arraycopy(common, 0, arguments, 0, 6);
    return CommandRun.of(arguments);
  }

  @Test
  void linearRegressionFindsTheLeastSquaresLine() {
    var run = quick("linear-regression");
    assertEquals(0, run.code(), run.err());
    assertEquals(2, run.json().get("slope").asDouble(), 0.1);
    assertEquals(1, run.json().get("intercept").asDouble(), 0.1);
    assertTrue(run.json().get("reached").asBoolean());
    assertTrue(run.err().contains("least squares"), run.err());
  }

  @Test
  void mlpSeparatesTheBall() {
    var run = quick("mlp");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.json().get("test_accuracy").asDouble() > 0.85, run.out());
    assertTrue(Files.exists(folder.resolve("out/model.safetensors")));
  }

  @Test
  void theAutoencoderLearnsDigitsAndDrawsThem() throws IOException {
    var data = Files.createDirectory(folder.resolve("data"));
    BandDigits.write(data);
    var run = quick("autoencoder", "--data", data, "--epochs", 100);
    assertEquals(0, run.code(), run.err());
    double error = run.json().get("test_error").asDouble();
    assertTrue(error < 0.01, "error " + error);
    assertEquals(0, run.json().get("PCA_error").asDouble(), 1e-9);
    assertTrue(ImageIO.read(folder.resolve("out/autoencoder.png").toFile()).getWidth() > 400);
  }

  @Test
  void aMissedGoalIsToldAndNoFailureWhereTheUserChoseTheEpochs() {
    var run = quick("linear-regression", "--epochs", 1);
    assertEquals(0, run.code());
    assertFalse(run.json().get("reached").asBoolean());
    assertTrue(run.err().contains("MISSED"), run.err());
  }

  /// Sentences of a few words: easy to learn.
  private Path text() throws IOException {
    var words = new String[] {"The ship ", "The whale ", "sails ", "dives ", "away. ", "again. "};
    var random = new SplittableRandom(3);
    var text = new StringBuilder();
    while (text.length() < 60_000) {
      for (int i = 0; i < words.length; i += 2) text.append(words[i + random.nextInt(2)]);
    }
    return Files.writeString(folder.resolve("text.txt"), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"char-rnn --cell=lstm", "char-rnn --cell=gru", "char-gpt"})
  void characterModelsLearnToWrite(String line) throws IOException {
    var words = line.split(" ");
    var options = new ArrayList<Object>(List.of("--text", text()));
    options.addAll(List.of(words).subList(1, words.length));
    var run = quick(words[0], options.toArray());
    assertEquals(0, run.code(), run.err());
    assertTrue(run.json().get("held-out_loss").asDouble() < 2, run.out());
    assertTrue(run.err().contains("The "), run.err());
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    assertEquals(2, quick("mlp", "--epochs", 0).code());
    assertEquals(2, quick("mlp", "--device", "abacus").code());
  }
}
