package io.gatun.engine.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.engine.plot.LearningCurve.Quantity;
import io.gatun.engine.plot.LearningCurve.Series;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTest {
  @TempDir Path folder;

  private final List<String> warnings = new ArrayList<>();

  private BufferedImage written(Picture picture) throws IOException {
    Path file = folder.resolve("picture.png");
    boolean drawn = picture.writeOrWarn(file, warnings::add);
    assumeTrue(drawn, () -> "skipped: " + warnings);
    return ImageIO.read(file.toFile());
  }

  private static int count(BufferedImage image, int fromRgb, int distance) {
    int count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        int far = 0;
        for (int shift = 0; shift < 24; shift += 8) {
          far = Math.max(far, Math.abs((rgb >> shift & 255) - (fromRgb >> shift & 255)));
        }
        if (far <= distance) count++;
      }
    }
    return count;
  }

  private static PredictionGrid grid(int wrong) {
    double[] pixels = new double[25 * 28 * 28];
    for (int i = 0; i < pixels.length; i++) pixels[i] = i / 28 % 28 * 9;
    var images = Literal.of(TensorType.of(DType.U8, 25, 28, 28), pixels);
    var actual = IntStream.range(0, 25).mapToObj(i -> i % 10).toList();
    var predicted = IntStream.range(0, 25).mapToObj(i -> i == wrong ? 9 : i % 10).toList();
    return new PredictionGrid(images, predicted, actual);
  }

  @Test
  void drawsWrongPredictionsInRed() throws IOException {
    assertEquals(0, count(written(grid(-1)), 0xc62828, 8), "nothing is red");
    assertTrue(count(written(grid(12)), 0xc62828, 8) > 50, "one caption is red");
  }

  @Test
  void drawsGridsOfAnySize() throws IOException {
    for (int count : new int[] {0, 1, 7}) {
      var grid = grid(-1);
      var part =
          new PredictionGrid(
              grid.images(), grid.predicted().subList(0, count), grid.actual().subList(0, count));
      assertTrue(written(part).getHeight() > 0);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new PredictionGrid(grid(-1).images(), List.of(1), List.of()));
  }

  private static LearningCurve curve(double last) {
    return new LearningCurve(
        "MNIST",
        List.of(
            Series.ofEpochs("training loss", Quantity.LOSS, List.of(0.3, 0.14, 0.09, 0.07, last)),
            Series.ofEpochs("training accuracy", Quantity.ACCURACY, List.of(0.9, 0.95, 0.97, 0.98)),
            Series.ofEpochs("test accuracy", Quantity.ACCURACY, List.of(0.94, 0.96, 0.97, 0.975))));
  }

  @Test
  void drawsTheLearningCurve() throws IOException {
    var image = written(curve(0.05));
    assertEquals(900, image.getWidth());
    assertTrue(count(image, 0xffffff, 0) < 900 * 560 * 99 / 100, "something is drawn");
  }

  @Test
  void drawsRunsThatDiverged() throws IOException {
    assertEquals(900, written(curve(Double.NaN)).getWidth());
    assertEquals(900, written(curve(Double.POSITIVE_INFINITY)).getWidth());
    var only = Series.ofEpochs("loss", Quantity.LOSS, List.of(Double.NaN));
    assertEquals(900, written(new LearningCurve("nothing", List.of(only))).getWidth());
    assertEquals(900, written(new LearningCurve("no curves", List.of())).getWidth());
  }

  @Test
  void saysWhatToInstallWhereJavaCannotDraw() {
    Runnable broken =
        () -> {
          throw new InternalError("Fontconfig head is null, check your fonts");
        };
    var failure = assertThrows(IOException.class, () -> TextSupport.require(broken));
    assertTrue(failure.getMessage().contains("apt-get install fontconfig"), failure.getMessage());
  }

  @Test
  void warnsInsteadOfFailing() throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "").resolve("picture.png");
    assertFalse(grid(-1).writeOrWarn(blocked, warnings::add));
    assertTrue(warnings.getFirst().startsWith("no picture " + blocked), warnings.toString());
  }
}
