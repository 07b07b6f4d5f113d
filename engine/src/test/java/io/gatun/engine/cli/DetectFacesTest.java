package io.gatun.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.data.Pretrained;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A tiny network that sees two faces in every picture, one of them twice
/// (make_pretrained_fixtures.py).
class DetectFacesTest {
  private static final Path FOLDER = Path.of("src/test/resources/pretrained");
  private static final Path MODEL = FOLDER.resolve("faces.onnx");

  @TempDir private Path folder;
  private Path picture;

  /// Black, 64 by 32: the window shows it at half its size, its rows 8 to 23.
  @BeforeEach
  void paint() throws IOException {
    picture = folder.resolve("picture.png");
    ImageIO.write(new BufferedImage(64, 32, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
  }

  /// The mean of the picture is -1: logits 1 and 0. Centres in the window: the anchor (5.5, 4.5) of
  /// 16 and its box 1 and 0.5 beside it; the anchor (7.5, 7.5) of 8.
  @Test
  void decodesMergesAndMovesBack() {
    var run = CommandRun.of("detect-faces", picture, "--model", MODEL, "--threshold=0.4", "--json");
    assertEquals(0, run.code(), run.err());
    var faces = run.json().get("faces");
    assertEquals(2, faces.size(), run.out());
    var first = faces.get(0);
    assertEquals(1 / (1 + Math.exp(-1)), first.get("score").asDouble(), 1e-5);
    double[] wanted = {(11 + 1 - 4) * 2, (9 + 0.5 - 3 - 8) * 2, 16, 12};
    for (int i = 0; i < 4; i++) {
      assertEquals(wanted[i], first.get("box").get(i).asDouble(), 1e-4, run.out());
    }
    assertEquals(22, first.get("points").get(5).get(0).asDouble(), 1e-4);
    assertEquals((9 + 1 - 8) * 2, first.get("points").get(5).get(1).asDouble(), 1e-4);
    assertEquals(0.5, faces.get(1).get("score").asDouble(), 1e-5);
    assertEquals((30 - 2) * 2, faces.get(1).get("box").get(0).asDouble(), 1e-4);
  }

  @Test
  void drawsWhatItFinds() throws IOException {
    var out = folder.resolve("found.png");
    var run = CommandRun.of("detect-faces", picture, "--model", MODEL, "--out", out);
    assertEquals(0, run.code(), run.err());
    assertEquals("0.731  16 -3 16 12\n", run.out());
    var drawn = ImageIO.read(out.toFile());
    assertTrue((drawn.getRGB(16, 5) >> 16 & 0xff) > 150, "the left side of the box is red");
    assertEquals(0, drawn.getRGB(50, 20) & 0xffffff);
  }

  @Test
  void whatIsNoPictureOrNoDetectorIsRefused() throws IOException {
    var text = Files.writeString(folder.resolve("text.png"), "no picture at all");
    var run = CommandRun.of("detect-faces", text, "--model", MODEL);
    assertEquals(1, run.code());
    assertTrue(run.err().contains("none of PNG, JPEG, GIF and BMP"), run.err());
    run = CommandRun.of("detect-faces", picture, "--model", FOLDER.resolve("encoder.onnx"));
    assertEquals(1, run.code());
    assertTrue(run.err().contains("one picture [1,side,side,3]"), run.err());
    if (Pretrained.BLAZEFACE.isCached()) return;
    run = CommandRun.of("detect-faces", picture);
    assertTrue(run.err().contains("gatun fetch blazeface"), run.err());
  }
}
