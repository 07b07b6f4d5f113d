package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.train.Column;
import java.lang.foreign.Arena;

/// Columns and their contents in tests.
final class Columns {
  private Columns() {}

  static Column of(double[][] rows) {
    float[][] floats = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      floats[i] = new float[rows[i].length];
      for (int j = 0; j < rows[i].length; j++) floats[i][j] = (float) rows[i][j];
    }
    return Column.of("x", floats, Arena.ofAuto());
  }

  static double[][] rows(Column column) {
    double[][] rows = new double[column.rows()][Features.width(column)];
    for (int row = 0; row < rows.length; row++) column.read(row, rows[row]);
    return rows;
  }

  /// Compares to the precision of f32, relative to the largest number of each feature.
  static void assertClose(double[][] expected, double[][] actual, String what) {
    assertEquals(expected.length, actual.length, what + ": rows");
    for (int feature = 0; feature < expected[0].length; feature++) {
      double largest = 1e-30;
      for (double[] row : expected) largest = Math.max(largest, Math.abs(row[feature]));
      for (int row = 0; row < expected.length; row++) {
        assertEquals(
            expected[row][feature],
            actual[row][feature],
            4e-7 * largest,
            "%s, row %d, feature %d".formatted(what, row, feature));
      }
    }
  }

  static void refused(String reason, Runnable call) {
    var failure = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
  }
}
