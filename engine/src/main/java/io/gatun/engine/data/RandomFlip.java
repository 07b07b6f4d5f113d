package io.gatun.engine.data;

/// Mirrors images: `y[i,j] = x[i, width-1-j]` horizontally, `y[i,j] = x[height-1-i, j]` vertically.
///
/// @param horizontal probability of exchanging left and right
/// @param vertical probability of exchanging top and bottom, independent of the other
public record RandomFlip(double horizontal, double vertical) implements Augmentation {
  /// Checks the probabilities.
  public RandomFlip {
    Range.check("probability of a horizontal flip", horizontal, 1);
    Range.check("probability of a vertical flip", vertical, 1);
  }

  /// Left and right of every other image.
  public static RandomFlip leftRight() {
    return new RandomFlip(0.5, 0);
  }

  /// Top and bottom of every other image.
  public static RandomFlip upDown() {
    return new RandomFlip(0, 0.5);
  }

  @Override
  public Worker worker(ImageShape shape) {
    return (row, random) -> {
      if (random.chance(horizontal)) {
        int line = shape.width() * shape.channels();
        for (int y = 0; y < shape.height(); y++) {
          reverse(row, y * line, shape.width(), shape.channels());
        }
      }
      if (random.chance(vertical))
        reverse(row, 0, shape.height(), shape.width() * shape.channels());
      return row;
    };
  }

  /// Turns round the order of `count` blocks of `size` elements.
  private static void reverse(float[] row, int from, int count, int size) {
    int front = from;
    int back = from + (count - 1) * size;
    for (; front < back; front += size, back -= size) {
      for (int i = 0; i < size; i++) {
        float value = row[front + i];
        row[front + i] = row[back + i];
        row[back + i] = value;
      }
    }
  }
}
