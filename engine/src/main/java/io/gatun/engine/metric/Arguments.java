package io.gatun.engine.metric;

/// Checks of what a metric is given; a message names the argument and the row.
final class Arguments {
  private Arguments() {}

  static void sameLength(int truth, int predicted) {
    if (truth != predicted) {
      throw new IllegalArgumentException(
          "truth has " + truth + " rows, predicted has " + predicted + "; one of each a sample");
    }
  }

  static void notEmpty(int rows) {
    if (rows == 0) throw new IllegalArgumentException("no sample to compute a metric of");
  }

  static void label(String what, int label, int row, int classes) {
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "%s, row %d: label %d is not one of the %d classes 0 to %d"
              .formatted(what, row, label, classes, classes - 1));
    }
  }

  static void width(String what, int width, int row, int classes) {
    if (width != classes) {
      throw new IllegalArgumentException(
          what + ", row " + row + ": " + width + " values, row 0 has " + classes);
    }
  }

  static void finite(String what, double value, int row) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(what + ", row " + row + " is " + value);
    }
  }
}
