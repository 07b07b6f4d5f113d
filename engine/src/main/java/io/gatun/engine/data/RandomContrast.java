package io.gatun.engine.data;

/// Spreads the values of an image or draws them together: `y = m + c (x - m)` with `m` the mean
/// over all pixels and channels, `c` drawn evenly from 1 - fraction to 1 + fraction.
///
/// @param fraction largest change, 0 to 1
public record RandomContrast(double fraction) implements Augmentation {
  /// Checks the fraction.
  public RandomContrast {
    Range.check("change of contrast", fraction, 1);
  }

  @Override
  public Worker worker(ImageShape shape) {
    return (row, random) -> {
      float factor = (float) random.uniform(1 - fraction, 1 + fraction);
      double sum = 0;
      for (float value : row) sum += value;
      float mean = (float) (sum / row.length);
      for (int i = 0; i < row.length; i++) row[i] = shape.clamp(mean + factor * (row[i] - mean));
      return row;
    };
  }
}
