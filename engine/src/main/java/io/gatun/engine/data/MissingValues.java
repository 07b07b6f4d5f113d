package io.gatun.engine.data;

/// What is done with a value that is missing from a table.
public sealed interface MissingValues {
  /// The file is refused; the failure names line and column.
  record Refuse() implements MissingValues {}

  /// The whole row is left out.
  record DropRow() implements MissingValues {}

  /// A missing number becomes NaN, a missing text stays empty: for an [Imputer] fitted to the
  /// training rows alone.
  record Keep() implements MissingValues {}

  /// A missing number is replaced. There is nothing to replace a text by: it is refused.
  sealed interface Fill extends MissingValues {}

  /// By the mean of the column's other numbers.
  record Mean() implements Fill {}

  /// By the median of the column's other numbers; of an even count the mean of the two middle ones.
  record Median() implements Fill {}

  /// By one number.
  record Constant(double value) implements Fill {
    /// Checks that the number is one.
    public Constant {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("missing values cannot be filled with " + value);
      }
    }
  }
}
