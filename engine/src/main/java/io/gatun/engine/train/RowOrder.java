package io.gatun.engine.train;

/// In which order the rows of a data set come up: a function of the epoch's number alone.
@FunctionalInterface
interface RowOrder {
  /// The order of the data set itself.
  RowOrder STORED =
      (_, rows) -> {
        for (int i = 0; i < rows.length; i++) rows[i] = i;
      };

  /// Fills `rows` with the order of an epoch, whatever it held.
  ///
  /// @param epoch from 1
  void fill(long epoch, int[] rows);
}
