package io.gatun.engine.train;

import java.util.List;
import java.util.OptionalLong;

/// Gathers whole batches of a data set. For one thread.
final class BatchGather {
  private final List<RowGather> columns;
  private final RowOrder order;
  private final int[] rows;
  private long epoch;

  /// @param transforms the seed of the columns' transforms, if they are applied
  BatchGather(Dataset data, RowOrder order, OptionalLong transforms) {
    this.order = order;
    columns = data.columns().stream().map(c -> new RowGather(c, transforms)).toList();
    rows = new int[data.size()];
  }

  /// Fills `batch` with the samples that come up from place `from` of an epoch on.
  ///
  /// @param number of the epoch, from 1
  void gather(long number, int from, Batch batch) {
    if (number != epoch) {
      order.fill(number, rows);
      epoch = number;
    }
    for (int column = 0; column < columns.size(); column++) {
      var target = batch.tensors().get(column).data();
      var gather = columns.get(column);
      for (int i = 0; i < batch.size(); i++) gather.copy(rows[from + i], number, target, i);
    }
  }
}
