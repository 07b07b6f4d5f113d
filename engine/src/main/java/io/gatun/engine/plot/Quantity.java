package io.gatun.engine.plot;

/// What a curve of a training run measures: one axis.
///
/// @param label of the axis
public record Quantity(String label, Scale scale) {
  /// How values are shown.
  public enum Scale {
    /// As they are, from 0 where none is below.
    LINEAR,
    /// Fractions, as percentages.
    PERCENT,
    /// By their logarithm, for what changes by orders of magnitude; values of 0 or less leave gaps.
    LOGARITHMIC
  }

  /// A loss.
  public static final Quantity LOSS = new Quantity("loss", Scale.LINEAR);

  /// The fraction of right answers.
  public static final Quantity ACCURACY = new Quantity("accuracy in %", Scale.PERCENT);

  /// The harmonic mean of precision and recall.
  public static final Quantity F1 = new Quantity("F1 in %", Scale.PERCENT);

  /// The exponential of a mean cross-entropy.
  public static final Quantity PERPLEXITY = new Quantity("perplexity", Scale.LOGARITHMIC);

  /// The learning rate.
  public static final Quantity LEARNING_RATE = new Quantity("learning rate", Scale.LOGARITHMIC);

  /// The value as it is drawn; what cannot be drawn is not a number and leaves a gap.
  double shown(double value) {
    return switch (scale) {
      case LINEAR -> Double.isFinite(value) ? value : Double.NaN;
      case PERCENT -> Double.isFinite(value) ? 100 * value : Double.NaN;
      case LOGARITHMIC -> Double.isFinite(value) && value > 0 ? value : Double.NaN;
    };
  }

  boolean isLogarithmic() {
    return scale == Scale.LOGARITHMIC;
  }
}
