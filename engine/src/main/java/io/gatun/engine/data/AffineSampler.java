package io.gatun.engine.data;

/// Reads images at rotated, zoomed and shifted places by bilinear interpolation, as [RandomAffine]
/// says. Places are whole numbers of 2^-32 pixels, which are added and split without rounding. For
/// one thread.
final class AffineSampler {
  private static final int FRACTION_BITS = 32;
  private static final double ONE = 0x1p32;

  private final int height;
  private final int width;
  private final int channels;
  private final float[] result;
  private long stepX;
  private long stepY;

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
    stepX = fixed(cos);
    stepY = fixed(sin);
    double centreX = (width - 1) / 2.0;
    double centreY = (height - 1) / 2.0;
    for (int y = 0; y < height; y++) {
      double u = -centreX - right;
      double v = y - centreY - down;
      line(image, y, fixed(centreX + u * cos - v * sin), fixed(centreY + u * sin + v * cos));
    }
    return result;
  }

  private static long fixed(double place) {
    return (long) (place * ONE);
  }

  /// One line, whose pixel `i` is read at `(x + i stepX, y + i stepY)`.
  private void line(float[] image, int line, long x, long y) {
    int first = Math.max(first(x, stepX, width), first(y, stepY, height));
    int last = Math.min(last(x, stepX, width), last(y, stepY, height));
    while (first <= last && !isInside(x + first * stepX, y + first * stepY)) first++;
    while (first <= last && !isInside(x + last * stepX, y + last * stepY)) last--;
    int end = Math.max(first, last + 1);
    int start = line * width * channels;
    for (int i = 0; i < first; i++) {
      border(image, x + i * stepX, y + i * stepY, start + i * channels);
    }
    for (int c = 0; c < channels; c++) {
      inside(image, x, y, start, first, end, c);
    }
    for (int i = end; i < width; i++) {
      border(image, x + i * stepX, y + i * stepY, start + i * channels);
    }
  }

  /// About the first pixel of a line at which a coordinate lies between the first and the last
  /// centre of the image, never too late.
  private int first(long start, long step, int size) {
    if (step == 0) return 0;
    double from = step > 0 ? -(double) start / step : ((size - 1) * ONE - start) / step;
    return (int) Math.clamp(Math.floor(from), 0, width);
  }

  /// About the last pixel of that kind, never too early.
  private int last(long start, long step, int size) {
    if (step == 0) return width - 1;
    double to = step > 0 ? ((size - 1) * ONE - start) / step : -(double) start / step;
    return (int) Math.clamp(Math.ceil(to), -1, width - 1);
  }

  /// Whether all four pixels around a place are there.
  private boolean isInside(long x, long y) {
    int left = (int) (x >> FRACTION_BITS);
    int top = (int) (y >> FRACTION_BITS);
    return left >= 0 && top >= 0 && left < width - 1 && top < height - 1;
  }

  private static float fraction(long place) {
    return ((int) place >>> 8) * 0x1p-24f;
  }

  /// One channel of pixels whose neighbours all exist. A loop over the channels in here would cost
  /// more than finding the places once for each.
  private void inside(
      float[] image, long startX, long startY, int start, int first, int end, int channel) {
    float[] to = result;
    int step = channels;
    int down = width * step;
    long right = stepX;
    long below = stepY;
    long x = startX + first * right;
    long y = startY + first * below;
    for (int i = first; i < end; i++) {
      int from = (int) (y >> FRACTION_BITS) * down + (int) (x >> FRACTION_BITS) * step + channel;
      float wx = fraction(x);
      float upper = image[from] + wx * (image[from + step] - image[from]);
      float lower = image[from + down] + wx * (image[from + down + step] - image[from + down]);
      to[start + i * step + channel] = upper + fraction(y) * (lower - upper);
      x += right;
      y += below;
    }
  }

  private void border(float[] image, long x, long y, int to) {
    int left = (int) (x >> FRACTION_BITS);
    int top = (int) (y >> FRACTION_BITS);
    float wx = fraction(x);
    float wy = fraction(y);
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
