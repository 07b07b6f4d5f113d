package io.gatun.engine.train;

import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Batches that are slices of the data set's own memory. All are made at once, so that taking one
/// allocates nothing.
final class ContiguousBatches implements Batches {
  private final List<Batch> batches = new ArrayList<>();
  private int next;

  ContiguousBatches(Dataset data, int batchSize, int firstStep) {
    List<TensorType> full = List.of();
    for (int from = 0; from < data.size(); from += batchSize) {
      int size = Math.min(batchSize, data.size() - from);
      if (full.isEmpty() || size < batchSize) full = types(data, size);
      batches.add(slice(data, from, size, full));
    }
    next = firstStep;
  }

  /// Whether slices of the column can be handed to a device: nothing to scale, elements aligned.
  static boolean isUsable(Column column) {
    return column.scale().isEmpty() && column.data().address() % column.type().dtype().bytes() == 0;
  }

  private static List<TensorType> types(Dataset data, int size) {
    return data.columns().stream().map(c -> c.batchType(size)).toList();
  }

  private static Batch slice(Dataset data, int from, int size, List<TensorType> types) {
    var tensors = new ArrayList<Tensor>();
    for (var column : data.columns()) {
      var memory = column.data().asSlice(from * column.rowBytes(), size * column.rowBytes());
      tensors.add(Tensor.wrap(column.name(), types.get(tensors.size()), memory));
    }
    return new Batch(size, types, List.copyOf(tensors));
  }

  @Override
  public Batch next() {
    if (next == batches.size()) next = 0;
    return batches.get(next++);
  }

  @Override
  public int steps() {
    return batches.size();
  }

  @Override
  public long waitedNanos() {
    return 0;
  }

  @Override
  public void close() {}
}
