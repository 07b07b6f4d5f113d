package io.gatun.engine.data;

import io.gatun.engine.train.SampleRandom;
import java.util.Arrays;

/// Puts a border of zeros around an image and cuts its original size out of that, anywhere:
/// `y[i,j] = x[i+a-p, j+b-p]` with whole `a` and `b` from 0 to `2p`.
///
/// @param padding `p`, width of the border in pixels
public record RandomCrop(int padding) implements Augmentation {
  /// Checks the padding.
  public RandomCrop {
    Range.check("padding", padding, 1 << 15);
  }

  @Override
  public Worker worker(ImageShape shape) {
    return new Cutter(shape, padding, new float[shape.size()]);
  }

  private record Cutter(ImageShape shape, int padding, float[] result) implements Worker {
    @Override
    public float[] apply(float[] row, SampleRandom random) {
      int down = random.below(2 * padding + 1) - padding;
      int right = random.below(2 * padding + 1) - padding;
      Arrays.fill(result, 0);
      int from = Math.max(0, -right);
      int count = Math.min(shape.width(), shape.width() - right) - from;
      for (int y = 0; y < shape.height() && count > 0; y++) {
        if (y + down < 0 || y + down >= shape.height()) continue;
        System.arraycopy(
            row, at(y + down, from + right), result, at(y, from), count * shape.channels());
      }
      return result;
    }

    private int at(int y, int x) {
      return (y * shape.width() + x) * shape.channels();
    }
  }
}
