package io.gatun.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TerminalProgressTest {
  private static final Results RESULTS = new Results(0.25, Map.of("accuracy", 0.5));

  private static String shown(boolean terminal, int width, double waiting) {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    var progress = new TerminalProgress(out, terminal, width);
    var control = new StopRecorder(new CountingLearner());
    progress.epochStarted(1, control);
    progress.progressed(new Progress(1, 5, 1875, 1875, RESULTS, 0.2, 65432, 0, 0), control);
    progress.epochEnded(
        new Epoch(1, 1875, RESULTS, Optional.of(RESULTS), 75, 800, waiting, 0.1), control);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void elsewhereALineAnEpoch() {
    assertEquals(
        "epoch 1: loss 0.2500, accuracy 0.5000, validation loss 0.2500, validation accuracy"
            + " 0.5000, 1:15, 800 samples/s"
            + System.lineSeparator(),
        shown(false, 80, 0.02));
  }

  @Test
  void ofManyEpochsSome() {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    var progress = new TerminalProgress(out, false, 80).every(10);
    var control = new StopRecorder(new CountingLearner());
    for (int i = 1; i <= 25; i++) {
      progress.epochEnded(new Epoch(i, i, RESULTS, Optional.empty(), 1, 1, 0, 0.1), control);
    }
    var lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(2, lines.size());
    assertTrue(lines.getLast().startsWith("epoch 20: "), lines.getLast());
  }

  @Test
  void aPipelineThatIsTooSlowIsTold() {
    assertTrue(shown(false, 80, 0.25).contains(", 25 % waiting for data"));
  }

  @Test
  void onATerminalABarThatFits() {
    for (int width : new int[] {20, 60, 80, 100, 200}) {
      var text = shown(true, width, 0);
      var bar = text.split("\r")[1];
      assertTrue(bar.startsWith("epoch 1/5"), bar);
      assertTrue(bar.length() < width, bar);
      assertEquals(width >= 100, bar.contains("[====="), bar);
    }
  }

  @Test
  void durations() {
    assertEquals("0.8 s", TerminalProgress.duration(0.84));
    assertEquals("42 s", TerminalProgress.duration(42.3));
    assertEquals("3:05", TerminalProgress.duration(185));
    assertEquals("1:02:03", TerminalProgress.duration(3723));
  }
}
