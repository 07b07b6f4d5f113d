package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.engine.data.Pretrained;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tiny networks that see black and light grey bars as letters (make_pretrained_fixtures.py), and
/// the real ones where the cache has them.
class OcrTest {
  private static final Path FOLDER = Path.of("src/test/resources/pretrained");
  private static final String MODELS =
      "%s,%s,%s"
          .formatted(
              FOLDER.resolve("text-detector.onnx"),
              FOLDER.resolve("text-recognizer.onnx"),
              FOLDER.resolve("characters.txt"));
  private static final Color GREY = new Color(191, 191, 191);

  @TempDir private Path folder;

  private Path paint(int width, int height, Consumer<Graphics2D> what) throws IOException {
    var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var pen = picture.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, width, height);
    what.accept(pen);
    pen.dispose();
    var file = folder.resolve("picture.png");
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }

  private static void bars(Graphics2D pen, int x, int y, String letters) {
    for (int i = 0; i < letters.length(); i++) {
      pen.setColor(letters.charAt(i) == 'a' ? Color.BLACK : GREY);
      pen.fillRect(x + i * 60, y, 60, 200);
    }
  }

  /// Two boxes side by side, the right one higher, and one below.
  @Test
  void readsLinesInTheirOrder() throws IOException {
    var picture =
        paint(
            960,
            640,
            pen -> {
              bars(pen, 600, 60, "ab");
              bars(pen, 60, 70, "aba");
              bars(pen, 300, 380, "b");
            });
    var run = CommandRun.of("ocr", picture, "--models", MODELS, "--json");
    assertEquals(0, run.code(), run.err());
    assertEquals(3, run.json().get("lines").size(), run.out());
    double[] lefts = {60, 600, 300};
    for (int i = 0; i < 3; i++) {
      var corner = run.json().get("lines").get(i).get("corners").get(0);
      assertTrue(corner.get(0).asDouble() < lefts[i], run.out());
      assertTrue(corner.get(0).asDouble() > lefts[i] - 130, run.out());
    }
  }

  @Test
  void drawsTheBoxes() throws IOException {
    var out = folder.resolve("found.png");
    var picture = paint(320, 320, pen -> bars(pen, 100, 60, "aa"));
    var run = CommandRun.of("ocr", picture, "--models", MODELS, "--out", out);
    assertEquals(0, run.code(), run.err());
    var drawn = ImageIO.read(out.toFile());
    int red = 0;
    for (int x = 0; x < 100; x++) {
      int colour = drawn.getRGB(x, 160);
      if ((colour >> 16 & 0xff) > 180 && (colour & 0xff) < 100) red++;
    }
    assertTrue(red >= 1, "the left side of the box");
  }

  @Test
  void anEmptyPictureHasNoText() throws IOException {
    var run = CommandRun.of("ocr", paint(64, 32, _ -> {}), "--models", MODELS);
    assertEquals(0, run.code(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().contains("no text"), run.err());
  }

  @Test
  void wrongModelsAreRefused() throws IOException {
    var picture = paint(320, 320, pen -> bars(pen, 100, 60, "aa"));
    assertEquals(2, CommandRun.of("ocr", picture, "--models", "one.onnx").code());
    var swapped = MODELS.replace("characters.txt", "tokenizer.json");
    var run = CommandRun.of("ocr", picture, "--models", swapped);
    assertEquals(1, run.code());
    assertTrue(run.err().contains("list of characters"), run.err());
    if (Pretrained.PP_OCR.isCached()) return;
    run = CommandRun.of("ocr", picture);
    assertTrue(run.err().contains("gatun fetch pp-ocr"), run.err());
  }

  @Test
  void ppOcrReadsStraightAndTiltedLines() throws IOException {
    assumeTrue(Pretrained.PP_OCR.isCached(), "'gatun fetch pp-ocr' fetches this test's models");
    var picture =
        paint(
            640,
            360,
            pen -> {
              pen.setColor(Color.BLACK);
              pen.setFont(new Font("SansSerif", Font.PLAIN, 36));
              pen.drawString("Hello World 2025", 40, 70);
              pen.setFont(new Font("Serif", Font.BOLD, 28));
              pen.drawString("Gatun reads this line.", 60, 150);
              pen.drawString("Lock 7", 480, 150);
              pen.rotate(-0.15, 320, 260);
              pen.setFont(new Font("SansSerif", Font.PLAIN, 32));
              pen.drawString("a tilted sentence", 160, 280);
            });
    var run = CommandRun.of("ocr", picture);
    assertEquals(0, run.code(), run.err());
    assertEquals(
        "Hello World 2025\nGatun reads this line.\nLock 7\na tilted sentence\n", run.out());
  }
}
