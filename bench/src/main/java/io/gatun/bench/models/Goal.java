package io.gatun.bench.models;

import java.util.Locale;

/// What a figure is meant to keep to.
///
/// @param limit in the unit of the measure
record Goal(Measure measure, double limit) {
  /// What is compared with a limit.
  enum Measure {
    /// Gatun's time, or memory, over that of another: at most the limit.
    RATIO,
    /// A part of what is possible: at least the limit.
    SHARE,
    /// Seconds: at most the limit.
    SECONDS;

    /// A figure for people.
    String text(double value) {
      return switch (this) {
        case RATIO -> String.format(Locale.ROOT, "%.3f", value);
        case SHARE -> String.format(Locale.ROOT, "%.0f %%", 100 * value);
        case SECONDS -> String.format(Locale.ROOT, "%.2f s", value);
      };
    }
  }

  static Goal ratio(double limit) {
    return new Goal(Measure.RATIO, limit);
  }

  static Goal share(double limit) {
    return new Goal(Measure.SHARE, limit);
  }

  static Goal seconds(double limit) {
    return new Goal(Measure.SECONDS, limit);
  }

  boolean isMet(double value) {
    return switch (measure) {
      case RATIO, SECONDS -> value <= limit;
      case SHARE -> value >= limit;
    };
  }

  /// As `≤ 0.80`.
  String text() {
    return switch (measure) {
      case RATIO -> String.format(Locale.ROOT, "≤ %.2f", limit);
      case SHARE -> "≥ " + measure.text(limit);
      case SECONDS -> String.format(Locale.ROOT, "≤ %.1f s", limit);
    };
  }
}
