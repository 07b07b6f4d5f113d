package io.gatun.engine.pretrained;

import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/// A face in a picture, in pixels.
///
/// @param score from 0 to 1
/// @param points right eye, left eye, nose, mouth, right ear, left ear, as seen by their owner
public record Face(double score, Rectangle2D box, List<Point2D> points) {
  public Face {
    points = List.copyOf(points);
  }

  /// The area that both boxes share as a part of the area that they cover.
  double overlap(Face other) {
    var shared = box.createIntersection(other.box);
    if (shared.isEmpty()) return 0;
    double area = shared.getWidth() * shared.getHeight();
    return area / (area(box) + area(other.box) - area);
  }

  private static double area(Rectangle2D box) {
    return box.getWidth() * box.getHeight();
  }
}
