package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void aMissedGoalIsToldAndNoFailureWhereTheUserChoseTheEpochs() {
    var run = quick("linear-regression", "--epochs", 1);
    assertEquals(0, run.code());
    assertFalse(run.json().get("reached").asBoolean());
    assertTrue(run.err().contains("MISSED"), run.err());
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    assertEquals(2, quick("mlp", "--epochs", 0).code());
    assertEquals(2, quick("mlp", "--device", "abacus").code());
  }
}
