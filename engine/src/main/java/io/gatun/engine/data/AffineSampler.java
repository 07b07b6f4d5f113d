package io.gatun.engine.data;

/// Reads images at rotated, zoomed and shifted places by bilinear interpolation, as [RandomAffine]
/// says. For one thread.
final class AffineSampler {
  private final int height;
  private final int width;
  private final int channels;
  private final float[] result;

  AffineSampler(ImageShape shape) {
    height = shape.height();
    width = shape.width();
    channels = shape.channels();
    result = new float[shape.size()];
  }

  /// The changed image, in an array that the next call overwrites.
  ///
  /// @param angle counter-clockwise, in radians
  /// @param right shift in pixels
  /// @param down shift in pixels
  float[] sample(float[] image, double angle, double zoom, double right, double down) {
    // StrictMath gives the same bits on every machine.
    double cos = StrictMath.cos(angle) / zoom;
    double sin = StrictMath.sin(angle) / zoom;
    double centreX = (width - 1) / 2.0;
    double centreY = (height - 1) / 2.0;
    for (int y = 0; y < height; y++) {
      double u = -centreX - right;
      double v = y - centreY - down;
      line(image, y, centreX + u * cos - v * sin, centreY + u * sin + v * cos, cos, sin);
    }
    return result;
  }

  /// One line, whose pixel `i` is read at `(x + i * cos, y + i * sin)`.
  private void line(float[] image, int line, double x, double y, double cos, double sin) {
    int to = line * width * channels;
    for (int i = 0; i < width; i++, to += channels) {
      double fromX = x + i * cos;
      double fromY = y + i * sin;
      int left = (int) Math.floor(fromX);
      int top = (int) Math.floor(fromY);
      float wx = (float) (fromX - left);
      float wy = (float) (fromY - top);
      if (left >= 0 && top >= 0 && left < width - 1 && top < height - 1) {
        inside(image, (top * width + left) * channels, wx, wy, to);
      } else {
        border(image, left, top, wx, wy, to);
      }
    }
  }

  private void inside(float[] image, int from, float wx, float wy, int to) {
    int below = from + width * channels;
    for (int c = 0; c < channels; c++) {
      float upper = image[from + c] + wx * (image[from + channels + c] - image[from + c]);
      float lower = image[below + c] + wx * (image[below + channels + c] - image[below + c]);
      result[to + c] = upper + wy * (lower - upper);
    }
  }

  private void border(float[] image, int left, int top, float wx, float wy, int to) {
    for (int c = 0; c < channels; c++) {
      float upper = (1 - wx) * pixel(image, left, top, c) + wx * pixel(image, left + 1, top, c);
      float lower =
          (1 - wx) * pixel(image, left, top + 1, c) + wx * pixel(image, left + 1, top + 1, c);
      result[to + c] = (1 - wy) * upper + wy * lower;
    }
  }

  /// A pixel of the image, 0 outside.
  private float pixel(float[] image, int x, int y, int channel) {
    boolean outside = x < 0 || y < 0 || x >= width || y >= height;
    return outside ? 0 : image[(y * width + x) * channels + channel];
  }
}
