package io.gatun.engine.pretrained;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A rectangle that is turned about its centre.
///
/// @param angle from the x axis to the side of length `width`, in radians, from -pi/4 to pi/4
public record RotatedBox(double x, double y, double angle, double width, double height) {
  /// The smallest rectangle around points: one of its sides lies on a side of their convex hull.
  static RotatedBox around(List<Point2D> points) {
    var hull = hull(points);
    var best = along(hull, 0);
    for (int i = 0; i < hull.size(); i++) {
      var a = hull.get(i);
      var b = hull.get((i + 1) % hull.size());
      var box = along(hull, Math.atan2(b.getY() - a.getY(), b.getX() - a.getX()));
      if (box.width * box.height < best.width * best.height - 1e-9) best = box;
    }
    return best;
  }

  /// The smallest rectangle in this direction or across it.
  private static RotatedBox along(List<Point2D> points, double direction) {
    double angle = direction - Math.PI / 2 * Math.rint(direction / (Math.PI / 2));
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double[] u = points.stream().mapToDouble(p -> p.getX() * cos + p.getY() * sin).toArray();
    double[] v = points.stream().mapToDouble(p -> p.getY() * cos - p.getX() * sin).toArray();
    double left = least(u);
    double right = -least(negated(u));
    double top = least(v);
    double bottom = -least(negated(v));
    double midU = (left + right) / 2;
    double midV = (top + bottom) / 2;
    return new RotatedBox(
        midU * cos - midV * sin, midU * sin + midV * cos, angle, right - left, bottom - top);
  }

  private static double least(double[] values) {
    double least = Double.POSITIVE_INFINITY;
    for (double value : values) least = Math.min(least, value);
    return least;
  }

  private static double[] negated(double[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) result[i] = -values[i];
    return result;
  }

  /// The convex hull (Andrew's monotone chain).
  private static List<Point2D> hull(List<Point2D> points) {
    var sorted = new ArrayList<>(points);
    sorted.sort(Comparator.comparingDouble(Point2D::getX).thenComparingDouble(Point2D::getY));
    var hull = chain(sorted);
    hull.addAll(chain(sorted.reversed()));
    return hull;
  }

  /// One half of the hull without its last point.
  private static List<Point2D> chain(List<Point2D> points) {
    var chain = new ArrayList<Point2D>();
    for (Point2D p : points) {
      while (chain.size() > 1 && !turns(chain.get(chain.size() - 2), chain.getLast(), p)) {
        chain.removeLast();
      }
      chain.add(p);
    }
    if (chain.size() > 1) chain.removeLast();
    return chain;
  }

  private static boolean turns(Point2D a, Point2D b, Point2D c) {
    return (b.getX() - a.getX()) * (c.getY() - a.getY())
            - (b.getY() - a.getY()) * (c.getX() - a.getX())
        > 0;
  }

  /// This box with a margin on all sides.
  RotatedBox withMargin(double margin) {
    return new RotatedBox(x, y, angle, width + 2 * margin, height + 2 * margin);
  }

  /// This box where one pixel is `sx` wide and `sy` high; angles are kept.
  RotatedBox scaled(double sx, double sy) {
    return new RotatedBox(x * sx, y * sy, angle, width * sx, height * sy);
  }

  /// Moves what the box holds to a window at the origin, its width along the window's, or, for one
  /// that is `upright`, turned by a quarter so that what was at the right is at the top.
  AffineTransform toWindow(double windowWidth, double windowHeight, boolean upright) {
    var result = new AffineTransform();
    result.translate(windowWidth / 2, windowHeight / 2);
    if (upright) {
      result.scale(windowWidth / height, windowHeight / width);
      result.rotate(-Math.PI / 2);
    } else {
      result.scale(windowWidth / width, windowHeight / height);
    }
    result.rotate(-angle);
    result.translate(-x, -y);
    return result;
  }

  /// The corners from the top left one clockwise, as the box sees it.
  public List<Point2D> corners() {
    var corners = new ArrayList<Point2D>();
    for (int i = 0; i < 4; i++) {
      double u = (i == 1 || i == 2 ? width : -width) / 2;
      double v = (i >= 2 ? height : -height) / 2;
      corners.add(
          new Point2D.Double(
              x + u * Math.cos(angle) - v * Math.sin(angle),
              y + u * Math.sin(angle) + v * Math.cos(angle)));
    }
    return corners;
  }

  /// The four sides.
  public Shape outline() {
    var path = new Path2D.Double();
    var corners = corners();
    path.moveTo(corners.getFirst().getX(), corners.getFirst().getY());
    corners.subList(1, 4).forEach(p -> path.lineTo(p.getX(), p.getY()));
    path.closePath();
    return path;
  }
}
