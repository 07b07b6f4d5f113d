package io.gatun.engine.data;

/// Rotates an image about its centre, zooms it and shifts it, in one bilinear interpolation. With
/// the centre `(cx, cy) = ((width-1)/2, (height-1)/2)`, `u = j - cx - dx` and `v = i - cy - dy`,
/// the new pixel in line `i` and column `j` is the old image at
///
/// ```
/// column cx + (u cos a - v sin a) / z,  line cy + (u sin a + v cos a) / z
/// ```
///
/// which turns it counter-clockwise by `a`, enlarges it by `z`, and moves it right by `dx` and down
/// by `dy`. Each is drawn evenly from its range.
///
/// @param degrees `a` is from -degrees to degrees
/// @param shift `dx` and `dy` are up to this fraction of the width and of the height
/// @param zoom `z` is from 1 - zoom to 1 + zoom
public record RandomAffine(double degrees, double shift, double zoom) implements Augmentation {
  private static final double MOST_ZOOM = 0.99;

  /// Checks the ranges: up to 180 degrees, up to the whole size, a zoom below 1.
  public RandomAffine {
    Range.check("rotation", degrees, 180);
    Range.check("shift", shift, 1);
    Range.check("zoom", zoom, MOST_ZOOM);
  }

  /// Rotation alone, by up to so many degrees either way.
  public static RandomAffine rotation(double degrees) {
    return new RandomAffine(degrees, 0, 0);
  }

  /// Shift alone, by up to this fraction of the size.
  public static RandomAffine shift(double fraction) {
    return new RandomAffine(0, fraction, 0);
  }

  /// Zoom alone, by up to this fraction in or out.
  public static RandomAffine zoom(double fraction) {
    return new RandomAffine(0, 0, fraction);
  }

  @Override
  public Worker worker(ImageShape shape) {
    var sampler = new AffineSampler(shape);
    return (row, random) -> {
      double angle = Math.toRadians(random.uniform(-degrees, degrees));
      double right = random.uniform(-shift, shift) * shape.width();
      double down = random.uniform(-shift, shift) * shape.height();
      return sampler.sample(row, angle, random.uniform(1 - zoom, 1 + zoom), right, down);
    };
  }
}
