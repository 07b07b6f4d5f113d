package io.gatun.engine.cli;

import io.gatun.engine.data.Pretrained;
import io.gatun.engine.pretrained.Face;
import io.gatun.engine.pretrained.FaceDetector;
import io.gatun.engine.pretrained.Picture;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Finds faces in a picture.
@Command(
    name = "detect-faces",
    description = {
      "Finds faces in a picture, by BlazeFace.",
      "",
      "Prints a line for each: score, left, top, width and height in pixels.",
      ""
    },
    footer = {
      "  gatun detect-faces group.png",
      "  gatun detect-faces group.jpg --out found.png     draws boxes and points into a copy",
      ""
    })
final class DetectFaces implements Callable<Integer> {
  @Parameters(paramLabel = "IMAGE", description = "PNG, JPEG, GIF or BMP file.")
  private Path file;

  @Option(names = "--out", paramLabel = "PNG", description = "Draw what is found into a copy.")
  private Path out;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "ONNX file of BlazeFace; otherwise the one of 'gatun fetch blazeface' for 256 by"
              + " 256 pixels.")
  private Path model;

  @Option(
      names = "--threshold",
      paramLabel = "P",
      defaultValue = "0.6",
      description = "Least score of a face.")
  private double threshold;

  @Mixin private DeviceOptions devices;
  @Mixin private JsonOption json;

  private final Console console;

  DetectFaces(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    var picture = Picture.read(file);
    Path network =
        model != null ? model : Pretrained.BLAZEFACE.file("_back_256x256_barracuda.onnx");
    try (var device = devices.open();
        var detector = FaceDetector.read(device, network)) {
      var faces = detector.detect(picture, threshold);
      if (json.wanted()) {
        console.out().println(Json.text(Map.of("faces", faces.stream().map(this::map).toList())));
      } else {
        for (Face face : faces) console.out().println(line(face));
        if (faces.isEmpty()) console.err().println("no face");
      }
      if (out != null) picture.outlined(outlines(faces)).write(out);
    }
    return 0;
  }

  private static String line(Face face) {
    var box = face.box();
    return String.format(
        Locale.ROOT,
        "%.3f  %.0f %.0f %.0f %.0f",
        face.score(),
        box.getX(),
        box.getY(),
        box.getWidth(),
        box.getHeight());
  }

  private Map<String, Object> map(Face face) {
    var box = face.box();
    var map = new LinkedHashMap<String, Object>();
    map.put("score", face.score());
    map.put("box", List.of(box.getX(), box.getY(), box.getWidth(), box.getHeight()));
    map.put("points", face.points().stream().map(p -> List.of(p.getX(), p.getY())).toList());
    return map;
  }

  private static List<Shape> outlines(List<Face> faces) {
    var shapes = new ArrayList<Shape>();
    for (Face face : faces) {
      shapes.add(face.box());
      double r = face.box().getWidth() / 40;
      for (var p : face.points()) {
        shapes.add(new Ellipse2D.Double(p.getX() - r, p.getY() - r, 2 * r, 2 * r));
      }
    }
    return shapes;
  }
}
