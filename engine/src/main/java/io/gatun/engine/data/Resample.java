package io.gatun.engine.data;

import io.gatun.engine.io.Pixels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Changes the size of images, each axis for itself: where it shrinks, a new pixel is the mean over
/// the area that it covers, counting pixels in part; where it grows, it is interpolated linearly
/// between the two nearest centres, the border continued. For one thread.
final class Resample {
  private final int height;
  private final int width;

  Resample(int height, int width) {
    this.height = height;
    this.width = width;
  }

  /// The pixels that one new pixel is made of along an axis, from `first` on.
  private record Window(int first, float[] weights) {
    /// The windows of all new pixels.
    static Window[] all(int from, int to) {
      var windows = new Window[to];
      double scale = (double) from / to;
      for (int i = 0; i < to; i++)
        windows[i] = to < from ? mean(i, scale, from) : line(i, scale, from);
      return windows;
    }

    private static Window mean(int index, double scale, int from) {
      double start = index * scale;
      double end = Math.min(from, start + scale);
      int first = (int) start;
      int last = Math.min(from - 1, (int) Math.ceil(end) - 1);
      float[] weights = new float[last - first + 1];
      for (int i = first; i <= last; i++) {
        weights[i - first] = (float) ((Math.min(end, i + 1) - Math.max(start, i)) / scale);
      }
      return new Window(first, weights);
    }

    private static Window line(int index, double scale, int from) {
      double centre = Math.clamp((index + 0.5) * scale - 0.5, 0, from - 1);
      int first = Math.min((int) centre, Math.max(0, from - 2));
      float second = (float) (centre - first);
      return from == 1
          ? new Window(0, new float[] {1})
          : new Window(first, new float[] {1 - second, second});
    }
  }

  /// Writes the image in the new size, `[height,width,channels]`, to the start of `target`.
  void write(Pixels image, MemorySegment target) {
    if (image.height() == height && image.width() == width) {
      MemorySegment.copy(
          image.values(), 0, target, ValueLayout.JAVA_BYTE, 0, image.values().length);
      return;
    }
    var lines = Window.all(image.height(), height);
    var columns = Window.all(image.width(), width);
    float[] sums = new float[width * image.channels()];
    byte[] line = new byte[sums.length];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, 0);
      for (int i = 0; i < lines[y].weights.length; i++) {
        addLine(image, lines[y].first + i, lines[y].weights[i], columns, sums);
      }
      for (int i = 0; i < sums.length; i++) line[i] = (byte) Math.min(255, (int) (sums[i] + 0.5f));
      MemorySegment.copy(
          line, 0, target, ValueLayout.JAVA_BYTE, (long) y * line.length, line.length);
    }
  }

  /// Adds one line of the image in its new width, times `weight`.
  private static void addLine(
      Pixels image, int line, float weight, Window[] columns, float[] sums) {
    int channels = image.channels();
    int start = line * image.width() * channels;
    byte[] values = image.values();
    for (int x = 0; x < columns.length; x++) {
      float[] weights = columns[x].weights;
      for (int c = 0; c < channels; c++) {
        int at = start + columns[x].first * channels + c;
        float sum = 0;
        for (int i = 0; i < weights.length; i++, at += channels) {
          sum += weights[i] * (values[at] & 0xff);
        }
        sums[x * channels + c] += weight * sum;
      }
    }
  }
}
