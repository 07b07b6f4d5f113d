package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Ctrl-C in the middle of a training command, in a process of its own.
@EnabledOnOs(value = OS.LINUX, disabledReason = "sends signals by the commands of Linux")
class InterruptTest {
  @TempDir static Path folder;
  private static Path data;

  @BeforeAll
  static void digits() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    BandDigits.write(data);
  }

  private static List<String> arguments(Path out) {
    return List.of(
        "train",
        "mnist",
        "--data",
        data.toString(),
        "--out",
        out.toString(),
        "--epochs=80",
        "--batch=8",
        "--seed=3",
        "--threads=1");
  }

  /// A training process that is sent a signal when it has told of its third epoch.
  private record Interrupted(int code, String out, String err) {
    static Interrupted by(String signal, List<String> prefix, Path out)
        throws IOException, InterruptedException {
      var builder = ChildJvm.builder(Gatun.class, arguments(out).toArray(String[]::new));
      var command = new ArrayList<>(prefix);
      command.addAll(builder.command());
      var errors = Files.createTempFile(folder, "err", ".txt");
      var process = builder.command(command).redirectError(errors.toFile()).start();
      try (var reader = process.inputReader()) {
        var text = new StringBuilder();
        var line = reader.readLine();
        for (; line != null && !line.startsWith("epoch 3:"); line = reader.readLine()) {
          text.append(line).append('\n');
        }
        new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor();
        for (; line != null; line = reader.readLine()) text.append(line).append('\n');
        return new Interrupted(process.waitFor(), text.toString(), Files.readString(errors));
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void goesOnToTheSameBits() throws IOException, InterruptedException {
    var straight = folder.resolve("straight");
    assertEquals(0, CommandRun.of(arguments(straight).toArray()).code());
    var out = folder.resolve("stopped");
    var run = Interrupted.by("INT", List.of("env", "--default-signal=INT"), out);
    assertEquals(130, run.code(), run.err());
    assertTrue(run.err().contains("checkpoint saved: " + out), run.err());
    assertTrue(run.err().contains("gatun train mnist --data"), run.err());
    assertTrue(run.err().strip().endsWith("--threads=1 --resume"), run.err());
    assertFalse(run.out().contains("test digits"), run.out());
    assertFalse(Files.exists(out.resolve("model.safetensors")));
    var again = new ArrayList<Object>(arguments(out));
    again.add("--resume");
    var resumed = CommandRun.of(again.toArray());
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(resumed.err().contains("going on after "), resumed.err());
    assertTrue(resumed.out().contains("epoch 80: "), resumed.out());
    assertEquals(
        -1,
        Files.mismatch(straight.resolve("model.safetensors"), out.resolve("model.safetensors")));
    assertEquals(figures(straight.resolve("history.csv")), figures(out.resolve("history.csv")));
  }

  /// Epoch, step, loss and accuracy of all lines.
  private static List<String> figures(Path csv) throws IOException {
    return Files.readAllLines(csv).stream()
        .map(line -> String.join(",", List.of(line.split(",")).subList(0, 4)))
        .toList();
  }

  @Test
  void aCheckpointThatCannotBeSavedIsTold() throws IOException, InterruptedException {
    var out = folder.resolve("full");
    var good = Files.writeString(Files.createDirectory(out).resolve("checkpoint.safetensors"), "");
    // Files of at most 40 blocks: the checkpoint does not fit, as on a full disk.
    var limit = List.of("bash", "-c", "ulimit -f 40; exec \"$@\"", "bash");
    var run = Interrupted.by("TERM", limit, out);
    assertEquals(1, run.code(), run.err());
    assertTrue(run.err().contains("cannot write " + out), run.err());
    assertTrue(run.err().contains("the old file is unchanged"), run.err());
    assertEquals(0, Files.size(good));
    try (var files = Files.list(out)) {
      assertTrue(files.noneMatch(f -> f.toString().endsWith(".tmp")));
    }
  }

  @Test
  void terminationSavesToo() throws IOException, InterruptedException {
    var out = folder.resolve("terminated");
    var run = Interrupted.by("TERM", List.of(), out);
    assertEquals(143, run.code(), run.err());
    assertTrue(Files.exists(out.resolve("checkpoint.safetensors")));
  }

  @Test
  void aCheckpointOfOtherSettingsIsRefused() {
    var out = folder.resolve("other");
    var first = new Object[] {"train", "mnist", "--data", data, "--out", out, "--epochs=1"};
    assertEquals(0, CommandRun.of(first).code());
    var run =
        CommandRun.of(
            "train", "mnist", "--data", data, "--out", out, "--epochs=2", "--resume", "--seed=8");
    assertEquals(1, run.code());
    assertTrue(run.err().contains("seed is 0 there and 8 here"), run.err());
    var none = folder.resolve("none");
    var missing = CommandRun.of("train", "mnist", "--data", data, "--out", none, "--resume");
    assertEquals(1, missing.code());
    assertTrue(missing.err().contains("there is no checkpoint " + none), missing.err());
    var done =
        CommandRun.of(
            "train", "mnist", "--data", data, "--out", out, "--epochs=1", "--resume", "--json");
    assertEquals(0, done.code(), done.err());
    assertFalse(done.json().has("training_loss"));
  }
}
