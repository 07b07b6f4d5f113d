package io.gatun.engine.pretrained;

import io.gatun.engine.Device;
import io.gatun.engine.EngineException;
import io.gatun.engine.OnnxProgram;
import io.gatun.engine.Tensor;
import io.gatun.graph.onnx.Onnx;
import java.awt.geom.Point2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Finds lines of text: a network that takes a picture `x f32[1,3,height,width]`, its sides
/// multiples of 32, and gives for each pixel the probability that it is in the core of a line (Liao
/// et al., "Real-time Scene Text Detection with Differentiable Binarization", 2020).
final class TextDetector implements AutoCloseable {
  private static final int LONGEST_SIDE = 960;
  private static final int MULTIPLE = 32;
  private static final double PIXEL = 0.3;
  private static final double BOX = 0.5;
  private static final double LEAST_SIDE = 3;

  /// How much larger a line is than its core: this times area by perimeter, on each side.
  private static final double MARGIN = 1.6;

  private final OnnxProgram program;

  private TextDetector(OnnxProgram program) {
    this.program = program;
  }

  static TextDetector read(Device device, Path model) {
    return new TextDetector(new OnnxProgram(device, Onnx.open(model)));
  }

  /// Where the lines are, from top to bottom and from left to right.
  List<RotatedBox> detect(Picture picture) {
    double scale = Math.min(1, (double) LONGEST_SIDE / Math.max(picture.width(), picture.height()));
    var seen = picture.scaled(side(picture.width() * scale), side(picture.height() * scale));
    double sx = (double) picture.width() / seen.width();
    double sy = (double) picture.height() / seen.height();
    return boxes(probabilities(seen), seen.width(), seen.height()).stream()
        .map(box -> box.scaled(sx, sy))
        .sorted(Comparator.comparingDouble(RotatedBox::y))
        .collect(ReadingOrder::new, ReadingOrder::add, ReadingOrder::addAll)
        .boxes();
  }

  private static int side(double length) {
    return Math.max(1, (int) Math.rint(length / MULTIPLE)) * MULTIPLE;
  }

  private float[] probabilities(Picture seen) {
    try (var tensor = seen.tensor("x", Normalization.imageNet())) {
      var results = program.run(Map.of("x", tensor));
      try {
        var map = results.values().iterator().next();
        if (map.type().size() != (long) seen.width() * seen.height()) {
          throw new EngineException(
              "ocr: the detector gives %s for a picture of %d by %d; wanted is a number a pixel"
                  .formatted(map.type(), seen.width(), seen.height()));
        }
        return map.toFloats();
      } finally {
        results.values().forEach(Tensor::close);
      }
    }
  }

  private static List<RotatedBox> boxes(float[] probabilities, int width, int height) {
    var boxes = new ArrayList<RotatedBox>();
    for (var group : new Blobs(probabilities, width, height, PIXEL).groups()) {
      double mean = group.stream().mapToDouble(at -> probabilities[at]).average().orElse(0);
      var core = RotatedBox.around(corners(group, width));
      if (mean < BOX || Math.min(core.width(), core.height()) < LEAST_SIDE) continue;
      double area = core.width() * core.height();
      boxes.add(core.withMargin(MARGIN * area / (2 * (core.width() + core.height()))));
    }
    return boxes;
  }

  /// The corners of all pixels.
  private static List<Point2D> corners(List<Integer> pixels, int width) {
    var points = new ArrayList<Point2D>();
    for (int at : pixels) {
      int x = at % width;
      int y = at / width;
      for (int i = 0; i < 4; i++) points.add(new Point2D.Double(x + i % 2, y + i / 2));
    }
    return points;
  }

  @Override
  public void close() {
    program.close();
  }
}
