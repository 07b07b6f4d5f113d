package io.gatun.engine.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.engine.metric.ConfusionMatrix;
import io.gatun.engine.plot.LearningCurve.Series;
import io.gatun.engine.plot.ScatterPicture.Line;
import io.gatun.engine.plot.ScatterPicture.Points;
import io.gatun.engine.train.LearningRateFinder;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
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
  void drawsAnyQuantityOnPanels() throws IOException {
    var curves = new ArrayList<Series>(curve(0.05).series());
    curves.add(Series.ofEpochs("rate", Quantity.LEARNING_RATE, List.of(1e-3, 5e-4, 1e-4)));
    assertEquals(660, written(new LearningCurve("two panels", curves)).getHeight());
    curves.add(Series.ofEpochs("perplexity", Quantity.PERPLEXITY, List.of(900.0, 30.0, 12.0)));
    assertEquals(660, written(new LearningCurve("two panels", curves)).getHeight());
    var reward = new Quantity("reward", Quantity.Scale.LINEAR);
    curves.add(Series.ofEpochs("reward", reward, List.of(-3.0, -1.0, 2.0)));
    assertEquals(990, written(new LearningCurve("three panels", curves)).getHeight());
    for (var values : List.of(List.of(0.0), List.of(-1.0, Double.NaN), List.of(5.0))) {
      var series = Series.ofEpochs("odd", Quantity.PERPLEXITY, values);
      assertEquals(560, written(new LearningCurve("odd", List.of(series))).getHeight());
    }
  }

  @Test
  void drawsTheLearningRateFinder() throws IOException {
    var rates = List.of(1e-5, 1e-4, 1e-3, 1e-2, 1e-1);
    var losses = List.of(2.3, 2.2, 1.0, 3.0, Double.NaN);
    var curve = new LearningRateCurve("finder", rates, losses, OptionalDouble.of(1e-3));
    assertTrue(count(written(curve), 0xD55E00, 8) > 50, "the chosen rate is marked");
    var nothing = List.of(Double.NaN, Double.NaN);
    written(new LearningRateCurve("", rates.subList(0, 2), nothing, OptionalDouble.of(1e-3)));
    written(new LearningRateCurve("", List.of(0.1), List.of(1.0), OptionalDouble.empty()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new LearningRateCurve("", List.of(0.0), List.of(1.0), OptionalDouble.empty()));
  }

  @Test
  void drawsASweepOfLearningRates() throws IOException {
    var points = new ArrayList<LearningRateFinder.Point>();
    for (int i = 0; i < 20; i++) {
      points.add(new LearningRateFinder.Point(Math.pow(10, i - 20), 2, 2 - 0.1 * i));
    }
    var sweep = new LearningRateFinder.Sweep(points);
    var curve = LearningRateCurve.of("sweep", sweep);
    assertEquals(sweep.suggestion(), curve.chosen().orElseThrow());
    assertTrue(count(written(curve), 0xD55E00, 8) > 50);
    var few = new LearningRateFinder.Sweep(points.subList(0, 2));
    assertTrue(LearningRateCurve.of("few", few).chosen().isEmpty());
  }

  @Test
  void drawsPointsTextsAndLines() throws IOException {
    var points = Points.of("points", List.of(0.0, 1.0, Double.NaN), List.of(2.0, 2.0, 1.0));
    var words = new Points("words", List.of(0.5, 0.5), List.of(1.0, 1.0), List.of("one", "two"));
    var line = new Line("line", List.of(0.0, 1.0), List.of(1.0, 2.0));
    var picture = new ScatterPicture("all", "x", "y", List.of(points, words), List.of(line));
    assertTrue(count(written(picture), 0x009E73, 8) > 200, "the line is drawn");
    written(new ScatterPicture("nothing", "", "", List.of(), List.of()));
    var one = Points.of("one", List.of(3.0), List.of(3.0));
    written(new ScatterPicture("one point", "", "", List.of(one), List.of()));
    assertThrows(IllegalArgumentException.class, () -> Points.of("bad", List.of(1.0), List.of()));
  }

  @Test
  void drawsTheConfusionMatrix() throws IOException {
    var matrix = ConfusionMatrix.of(new int[] {0, 0, 1}, new int[] {0, 0, 1}, 2);
    assertEquals(0, count(written(new ConfusionPicture("right", matrix)), 0xC62828, 60));
    var wrong = ConfusionMatrix.of(new int[] {0, 0, 1}, new int[] {1, 1, 1}, 2);
    assertTrue(count(written(new ConfusionPicture("wrong", wrong)), 0xC62828, 60) > 1000);
    var names = List.of("a class with a name that is far too long for any picture", "b", "c");
    var empty = new ConfusionMatrix(names, new long[3][3]);
    assertEquals(900, written(new ConfusionPicture("empty", empty)).getWidth());
    var many = ConfusionMatrix.of(new int[] {0}, new int[] {0}, 60);
    assertTrue(written(new ConfusionPicture("many", many)).getWidth() > 900);
  }

  @Test
  void drawsPairsOfImages() throws IOException {
    for (int count : new int[] {1, 7, 30}) {
      var bytes = Literal.of(TensorType.of(DType.U8, count, 4, 5), new double[20 * count]);
      var floats = Literal.of(TensorType.f32(count, 4, 5), new double[20 * count]);
      assertEquals(900, written(new ImagePairs("pairs", bytes, floats)).getWidth());
    }
    var white = Literal.of(TensorType.f32(1, 1, 1, 3), 2, 2, 2);
    var red = Literal.of(TensorType.f32(1, 1, 1, 3), 1, -1, 0);
    assertTrue(count(written(new ImagePairs("colours", white, red)), 0xff0000, 0) > 10_000);
    var flat = Literal.of(TensorType.f32(1, 3), 1, 0, 0);
    assertThrows(IllegalArgumentException.class, () -> new ImagePairs("", flat, flat));
    var grey = Literal.of(TensorType.f32(1, 1, 1), 1);
    assertThrows(IllegalArgumentException.class, () -> new ImagePairs("", grey, red));
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
