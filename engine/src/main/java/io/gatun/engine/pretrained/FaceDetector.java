package io.gatun.engine.pretrained;

import io.gatun.engine.Device;
import io.gatun.engine.EngineException;
import io.gatun.engine.OnnxProgram;
import io.gatun.engine.Tensor;
import io.gatun.graph.onnx.Onnx;
import io.gatun.graph.tensor.TensorType;
import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Finds faces by BlazeFace (Bazarevsky et al. 2019): for each of 896 anchors, 2 in each cell of a
/// grid of 16 by 16 and 6 of 8 by 8, a score and, relative to the anchor, a box and six points.
/// Those of one face are averaged by their scores.
public final class FaceDetector implements AutoCloseable {
  private static final int VALUES = 16;
  private static final double SAME = 0.3;

  private static final int CHANNELS = 3;

  /// What the models that are published take: a plan of one that was kept is found by it.
  private static final String PUBLISHED_INPUT = "input:0";

  private static final List<Integer> PUBLISHED_SIDES = List.of(256, 128);

  /// Anchors in a cell by how many cells a side has.
  private static final Map<Integer, Integer> ANCHORS = Map.of(16, 2, 8, 6);

  private final OnnxProgram program;
  private final String input;
  private final int side;

  private FaceDetector(OnnxProgram program, String input, int side) {
    this.program = program;
    this.input = input;
    this.side = side;
  }

  /// Reads a model that takes `f32[1,side,side,3]` from -1 to 1, and gives scores and boxes for the
  /// anchors of each grid, `f32[1,anchors,1]` and `f32[1,anchors,16]`.
  public static FaceDetector read(Device device, Path model) {
    var file = Onnx.open(model);
    var program = new OnnxProgram(device, file);
    for (int side : PUBLISHED_SIDES) {
      var type = TensorType.f32(1, side, side, CHANNELS);
      if (program.isKept(Map.of(PUBLISHED_INPUT, type))) {
        return new FaceDetector(program, PUBLISHED_INPUT, side);
      }
    }
    var inputs = file.inputs();
    var dims = inputs.size() == 1 ? inputs.getFirst().dims().orElse(List.of()) : List.<String>of();
    if (dims.size() != 4 || !dims.get(3).equals("3") || !dims.get(1).matches("[0-9]{1,4}")) {
      throw new EngineException(
          model + ": inputs " + inputs + "; a face detector takes one picture [1,side,side,3]");
    }
    return new FaceDetector(program, inputs.getFirst().name(), Integer.parseInt(dims.get(1)));
  }

  /// The faces, best first.
  ///
  /// @param threshold least score
  public List<Face> detect(Picture picture, double threshold) {
    double scale = (double) side / Math.max(picture.width(), picture.height());
    var toWindow = AffineTransform.getScaleInstance(scale, scale);
    toWindow.preConcatenate(
        AffineTransform.getTranslateInstance(
            (side - picture.width() * scale) / 2, (side - picture.height() * scale) / 2));
    var found = new ArrayList<Face>();
    var seen = picture.seen(toWindow, side, side);
    try (var tensor = seen.tensor(input, Normalization.signed(false, false))) {
      var results = program.run(Map.of(input, tensor));
      try {
        for (var grid : ANCHORS.entrySet()) {
          int anchors = grid.getKey() * grid.getKey() * grid.getValue();
          decode(
              output(results, anchors, 1),
              output(results, anchors, VALUES),
              grid.getKey(),
              threshold,
              found);
        }
      } finally {
        results.values().forEach(Tensor::close);
      }
    }
    return merged(found).stream().map(face -> moved(face, toWindow)).toList();
  }

  private static float[] output(Map<String, Tensor> results, int anchors, int values) {
    var wanted = List.of(1, anchors, values);
    return results.values().stream()
        .filter(tensor -> tensor.type().shape().dims().equals(wanted))
        .findFirst()
        .orElseThrow(
            () -> new EngineException("detect: the model has no output " + wanted + ": " + results))
        .toFloats();
  }

  /// Adds the faces of a grid, in pixels of the window.
  private void decode(
      float[] scores, float[] boxes, int cells, double threshold, List<Face> found) {
    int anchors = ANCHORS.get(cells);
    for (int i = 0; i < scores.length; i++) {
      double score = 1 / (1 + Math.exp(-scores[i]));
      if (score < threshold) continue;
      double x = (i / anchors % cells + 0.5) * side / cells;
      double y = (i / anchors / cells + 0.5) * side / cells;
      int at = i * VALUES;
      double width = boxes[at + 2];
      double height = boxes[at + 3];
      double left = x + boxes[at] - width / 2;
      double top = y + boxes[at + 1] - height / 2;
      var points = new ArrayList<Point2D>();
      for (int p = at + 4; p < at + VALUES; p += 2) {
        points.add(new Point2D.Double(x + boxes[p], y + boxes[p + 1]));
      }
      found.add(new Face(score, new Rectangle2D.Double(left, top, width, height), points));
    }
  }

  /// One face for each that others overlap.
  private static List<Face> merged(List<Face> found) {
    var left = new ArrayList<>(found);
    left.sort(Comparator.comparingDouble(face -> -face.score()));
    var result = new ArrayList<Face>();
    while (!left.isEmpty()) {
      var best = left.getFirst();
      var same = left.stream().filter(f -> f == best || f.overlap(best) > SAME).toList();
      left.removeAll(same);
      result.add(mean(same));
    }
    return result;
  }

  private static Face mean(List<Face> faces) {
    double total = faces.stream().mapToDouble(Face::score).sum();
    double[] box = new double[4];
    double[] points = new double[VALUES - 4];
    for (var face : faces) {
      double weight = face.score() / total;
      box[0] += weight * face.box().getX();
      box[1] += weight * face.box().getY();
      box[2] += weight * face.box().getWidth();
      box[3] += weight * face.box().getHeight();
      for (int i = 0; i < points.length; i += 2) {
        points[i] += weight * face.points().get(i / 2).getX();
        points[i + 1] += weight * face.points().get(i / 2).getY();
      }
    }
    var places = new ArrayList<Point2D>();
    for (int i = 0; i < points.length; i += 2) {
      places.add(new Point2D.Double(points[i], points[i + 1]));
    }
    var rectangle = new Rectangle2D.Double(box[0], box[1], box[2], box[3]);
    return new Face(faces.getFirst().score(), rectangle, places);
  }

  /// From pixels of the window to those of the picture.
  private static Face moved(Face face, AffineTransform toWindow) {
    double scale = toWindow.getScaleX();
    double dx = toWindow.getTranslateX();
    double dy = toWindow.getTranslateY();
    var box = face.box();
    return new Face(
        face.score(),
        new Rectangle2D.Double(
            (box.getX() - dx) / scale,
            (box.getY() - dy) / scale,
            box.getWidth() / scale,
            box.getHeight() / scale),
        face.points().stream()
            .map(
                p -> (Point2D) new Point2D.Double((p.getX() - dx) / scale, (p.getY() - dy) / scale))
            .toList());
  }

  @Override
  public void close() {
    program.close();
  }
}
