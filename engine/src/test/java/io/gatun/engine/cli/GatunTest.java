package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatunTest {
  private static final List<String> COMMANDS =
      List.of("train", "evaluate", "predict", "compile", "bench", "doctor");

  @Test
  void helpListsTheCommandsAndExamples() {
    var run = CommandRun.of("--help");
    assertEquals(0, run.code());
    for (var command : COMMANDS) assertTrue(run.out().contains("\n  " + command + " "), run.out());
    assertTrue(run.out().contains("gatun train mnist"), run.out());
    assertFalse(run.out().contains("rehearse"), run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "evaluate", "predict", "compile", "bench", "doctor"})
  void everyCommandHasHelpWithAnExampleAndExitCodes(String command) {
    var run = CommandRun.of(command, "--help");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("Examples:\n  gatun " + command), run.out());
    assertTrue(run.out().contains("Exit codes:"), run.out());
  }

  @Test
  void versionNamesTheBuild() {
    var run = CommandRun.of("--version");
    assertEquals(0, run.code());
    assertTrue(run.out().matches("gatun \\d+\\.\\d+\\.\\d+\\S* \\(Java 25.*\\)\\R"), run.out());
  }

  @Test
  void nothingIsAUsageError() {
    var run = CommandRun.of();
    assertEquals(2, run.code());
    assertTrue(run.err().contains("Usage: gatun"), run.err());
    assertEquals(2, CommandRun.of("train").code());
  }

  @Test
  void aMisspeltCommandOrOptionNamesTheNearest() {
    var command = CommandRun.of("trian");
    assertEquals(2, command.code());
    assertTrue(command.err().contains("train"), command.err());
    var option = CommandRun.of("train", "mnist", "--epoch", "3");
    assertEquals(2, option.code());
    assertTrue(option.err().contains("--epochs"), option.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--epochs=0",
        "--epochs=many",
        "--batch=0",
        "--samples=-1",
        "--learning-rate=0",
        "--device=gpu",
        "--threads=0"
      })
  void badValuesAreUsageErrorsThatNameTheOption(String option) {
    var run = CommandRun.of("train", "mnist", option, "--data=/nowhere");
    assertEquals(2, run.code(), run.err());
    assertTrue(run.err().contains(option.split("=")[0]), run.err());
  }

  @Test
  void aFailureIsOneLineThatSaysTheCure() {
    var run = CommandRun.of("evaluate", "nowhere/model", "--device=reference");
    assertEquals(1, run.code());
    assertEquals(
        "gatun: there is no model nowhere/model; train one: gatun train mnist --out"
            + " nowhere/model\n",
        run.err());
    assertEquals("", run.out());
  }

  @Test
  void theRehearsalOfTheLauncherRuns() {
    var run = CommandRun.of("rehearse");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("Usage: gatun"), run.out());
  }
}
