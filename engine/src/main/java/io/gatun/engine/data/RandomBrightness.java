package io.gatun.engine.data;

/// Makes images brighter or darker: `y = b x`, `b` drawn evenly from 1 - fraction to 1 + fraction.
///
/// @param fraction largest change, 0 to 1
public record RandomBrightness(double fraction) implements Augmentation {
  /// Checks the fraction.
  public RandomBrightness {
    Range.check("change of brightness", fraction, 1);
  }

  @Override
  public Worker worker(ImageShape shape) {
    return (row, random) -> {
      float factor = (float) random.uniform(1 - fraction, 1 + fraction);
      for (int i = 0; i < row.length; i++) row[i] = shape.clamp(row[i] * factor);
      return row;
    };
  }
}
