package io.gatun.engine.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RotatedBoxTest {
  @Test
  void findsTheBoxAroundPointsInsideIt() {
    for (int seed = 0; seed < 50; seed++) {
      var random = new SplittableRandom(seed);
      var box =
          new RotatedBox(
              random.nextDouble(100),
              random.nextDouble(100),
              random.nextDouble(-0.78, 0.78),
              random.nextDouble(20, 60),
              random.nextDouble(5, 15));
      var points = new ArrayList<Point2D>(box.corners());
      for (int i = 0; i < 100; i++) {
        double a = random.nextDouble();
        double b = random.nextDouble();
        var c = box.corners();
        points.add(
            new Point2D.Double(
                c.get(0).getX()
                    + a * (c.get(1).getX() - c.get(0).getX())
                    + b * (c.get(3).getX() - c.get(0).getX()),
                c.get(0).getY()
                    + a * (c.get(1).getY() - c.get(0).getY())
                    + b * (c.get(3).getY() - c.get(0).getY())));
      }
      var found = RotatedBox.around(points);
      var wanted = List.of(box.x(), box.y(), box.angle(), box.width(), box.height());
      var values = List.of(found.x(), found.y(), found.angle(), found.width(), found.height());
      for (int i = 0; i < 5; i++) {
        assertEquals(wanted.get(i), values.get(i), 1e-6, "seed " + seed + ", value " + i);
      }
    }
  }

  @Test
  void theWindowShowsTheBox() {
    var box = new RotatedBox(30, 20, 0.3, 40, 10);
    for (boolean upright : new boolean[] {false, true}) {
      var transform = box.toWindow(48, 12, upright);
      var corners = box.corners().stream().map(p -> transform.transform(p, null)).toList();
      var topLeft = corners.get(upright ? 1 : 0);
      var bottomRight = corners.get(upright ? 3 : 2);
      assertEquals(0, topLeft.distance(0, 0), 1e-9);
      assertEquals(0, bottomRight.distance(48, 12), 1e-9);
    }
  }

  @Test
  void rowsAreReadFromLeftToRight() {
    var boxes =
        Stream.of(box(300, 10), box(20, 14), box(10, 60), box(200, 62))
            .collect(ReadingOrder::new, ReadingOrder::add, ReadingOrder::addAll)
            .boxes();
    assertEquals(List.of(box(20, 14), box(300, 10), box(10, 60), box(200, 62)), boxes);
  }

  private static RotatedBox box(double x, double y) {
    return new RotatedBox(x, y, 0, 100, 20);
  }
}
