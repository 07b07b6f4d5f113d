package io.gatun.engine.tensorboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.EngineException;
import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.tensor.TensorType;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Checks event files by a parser of their own; `src/test/python/check_tensorboard.py` has the
/// golden file read by TensorBoard itself.
class EventWriterTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_700_000_000_250L), ZoneOffset.UTC);
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "tensorboard", "sample.tfevents");

  @TempDir private Path folder;

  private static BufferedImage image() {
    var image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(2, 1, 0x3366cc);
    return image;
  }

  private static void write(EventWriter writer) {
    writer.scalar("loss", 1, 0.5);
    writer.scalar("loss", 2, 0.25);
    writer.scalar("loss", 3, Double.NaN);
    writer.startAt(3);
    writer.scalar("loss", 3, 0.125);
    writer.histogram("dense/kernel", 3, Histogram.of(-2, -1, 0, 0, 1e-3, 1, 5));
    writer.image("digits", 3, image());
    writer.text("settings", 0, "batch size **32**");
    var tracer = new Tracer();
    var x = tracer.input("x", TensorType.f32(4, 2));
    var kernel = tracer.input("dense/kernel", TensorType.f32(2, 3));
    tracer.output("y", Nn.relu(x.matmul(kernel)));
    tracer.update(kernel, kernel.mul(0.5));
    writer.graph(tracer.graph());
  }

  private Path sample() {
    try (var writer = EventWriter.open(folder, CLOCK)) {
      write(writer);
      return writer.path();
    }
  }

  @Test
  void isTheFileThatTensorBoardHasRead() throws IOException {
    var file = sample();
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN.getParent());
      Files.write(GOLDEN, Files.readAllBytes(file));
    }
    assertEquals(
        -1,
        Files.mismatch(GOLDEN, file),
        "rewrite with -Dgolden.update=true, then run src/test/python/check_tensorboard.py");
  }

  @Test
  void recordsAndEvents() throws IOException {
    var file = sample();
    assertTrue(file.getFileName().toString().startsWith("events.out.tfevents.1700000000."));
    var events = ParsedEvents.of(file);
    assertEquals(10, events.size());
    assertEquals("brain.Event:2", events.getFirst().text(3));
    assertEquals(1_700_000_000.25, events.getFirst().number(1));
    var scalar = events.get(2);
    assertEquals(2, scalar.integer(2));
    var value = scalar.message(5).message(1);
    assertEquals("loss", value.text(1));
    assertEquals(0.25f, value.single(2));
    assertTrue(Float.isNaN(events.get(3).message(5).message(1).single(2)));
    assertEquals(1, events.get(4).message(7).integer(1));
  }

  @Test
  void imagesAndTexts() throws IOException {
    var events = ParsedEvents.of(sample());
    var image = events.get(7).message(5).message(1).message(4);
    assertEquals(2, image.integer(1));
    assertEquals(3, image.integer(2));
    var read = ImageIO.read(new ByteArrayInputStream(image.bytes(4)));
    assertEquals(0xff3366cc, read.getRGB(2, 1));
    var text = events.get(8).message(5).message(1);
    assertEquals("text", text.message(9).message(1).text(1));
    assertEquals("batch size **32**", text.message(8).text(8));
  }

  @Test
  void graphsNameNodesAndInputs() throws IOException {
    var graph = ParsedMessage.of(ParsedEvents.of(sample()).get(9).bytes(4));
    var nodes =
        graph.messages(1).stream().collect(Collectors.toMap(node -> node.text(1), node -> node));
    assertEquals("input", nodes.get("dense/kernel").text(2));
    var product = nodes.values().stream().filter(node -> node.text(2).equals("matmul")).findFirst();
    assertEquals(List.of("x", "dense/kernel"), product.orElseThrow().texts(3));
    var update = nodes.get("updates/dense/kernel");
    assertEquals("dense/kernel", update.texts(3).getLast());
    for (var node : nodes.values()) {
      for (var input : node.texts(3)) assertTrue(nodes.containsKey(input), input);
    }
  }

  @Test
  void histogramsCountEveryFiniteValue() {
    var histogram =
        Histogram.of(-3, 0, 0, 1, 2, Double.NaN, Double.POSITIVE_INFINITY, 1e300, 1e-300);
    assertEquals(7, histogram.count());
    assertEquals(7, Arrays.stream(histogram.counts()).sum());
    assertEquals(-3, histogram.least());
    assertEquals(1e300, histogram.greatest());
    double[] limits = histogram.limits();
    for (int i = 1; i < limits.length; i++) assertTrue(limits[i - 1] < limits[i]);
    assertEquals(0, histogram.counts()[0]);
    assertTrue(limits[0] < -3 && -3 <= limits[1]);
    int zero = Arrays.binarySearch(limits, 0);
    assertEquals(2, histogram.counts()[zero]);
    assertEquals(Double.MAX_VALUE, limits[limits.length - 1]);
    assertEquals(0, Histogram.of(Double.NaN).count());
    var one = Histogram.of(0.5);
    assertArrayEquals(new double[] {0, 1}, one.counts());
    assertEquals(0.25, one.sumOfSquares());
  }

  /// What a reader sees while the file is being written, and what a killed process leaves.
  @Test
  void everyPrefixIsReadable() throws IOException {
    try (var writer = EventWriter.open(folder, CLOCK)) {
      assertEquals(1, ParsedEvents.of(writer.path()).size());
      writer.scalar("loss", 1, 1);
      assertEquals(2, ParsedEvents.of(writer.path()).size());
      write(writer);
      byte[] bytes = Files.readAllBytes(writer.path());
      var cut = folder.resolve("cut");
      int known = 0;
      for (int length = 0; length <= bytes.length; length++) {
        Files.write(cut, Arrays.copyOf(bytes, length));
        int events = ParsedEvents.of(cut).size();
        assertTrue(events == known || events == known + 1, "at " + length);
        known = events;
      }
      assertEquals(11, known);
    }
  }

  @Test
  void filesOfOneSecondAreTwo() {
    try (var one = EventWriter.open(folder, CLOCK);
        var two = EventWriter.open(folder, CLOCK)) {
      assertTrue(!one.path().equals(two.path()));
    }
  }

  @Test
  void aFolderThatCannotBeIsNamed() throws IOException {
    var file = Files.createFile(folder.resolve("file"));
    var e = assertThrows(EngineException.class, () -> EventWriter.open(file));
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
  }
}
