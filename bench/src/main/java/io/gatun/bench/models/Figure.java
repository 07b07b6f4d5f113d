package io.gatun.bench.models;

import java.util.Locale;

/// A measured quantity.
record Figure(double value, Unit unit) {
  /// What it counts.
  enum Unit {
    SECONDS,
    BYTES,
    BYTES_PER_SECOND
  }

  static Figure nanos(double nanos) {
    return new Figure(nanos / 1e9, Unit.SECONDS);
  }

  static Figure bytes(double bytes) {
    return new Figure(bytes, Unit.BYTES);
  }

  static Figure bytesPerSecond(double bytes) {
    return new Figure(bytes, Unit.BYTES_PER_SECOND);
  }

  /// For people: `26.9 ms`.
  String text() {
    return switch (unit) {
      case SECONDS ->
          value >= 1
              ? String.format(Locale.ROOT, "%.2f s", value)
              : value >= 1e-3
                  ? String.format(Locale.ROOT, "%.2f ms", value * 1e3)
                  : String.format(Locale.ROOT, "%.1f µs", value * 1e6);
      case BYTES -> String.format(Locale.ROOT, "%.1f MB", value / 1e6);
      case BYTES_PER_SECOND -> String.format(Locale.ROOT, "%.2f GB/s", value / 1e9);
    };
  }
}
