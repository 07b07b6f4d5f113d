package io.gatun.engine.train;

import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// The tensors that batches are gathered into, used in turn. The remainder at the end of an epoch
/// takes the front part of a slot.
final class BatchRing implements AutoCloseable {
  private static final int MOST_SLOTS = 16;
  private static final long BYTES = 4 << 20;

  private final List<Batch> full = new ArrayList<>();
  private final List<Batch> remainder = new ArrayList<>();
  private final List<Tensor> owned = new ArrayList<>();
  private final int samples;
  private final int batchSize;
  private final int steps;
  private final int slots;

  BatchRing(Dataset data, int batchSize, int leastSlots, BatchMemory memory) {
    this.samples = data.size();
    this.batchSize = batchSize;
    steps = Math.ceilDiv(samples, batchSize);
    var fullTypes = types(data, batchSize);
    long bytes = fullTypes.stream().mapToLong(TensorType::bytes).sum();
    slots = Math.clamp(BYTES / Math.max(1, bytes), leastSlots, MOST_SLOTS);
    var restTypes = types(data, size(steps - 1));
    for (int i = 0; i < slots; i++) addSlot(data, fullTypes, restTypes, memory);
  }

  private static List<TensorType> types(Dataset data, int size) {
    return data.columns().stream().map(c -> c.batchType(size)).toList();
  }

  private void addSlot(
      Dataset data, List<TensorType> types, List<TensorType> restTypes, BatchMemory memory) {
    var tensors = new ArrayList<Tensor>();
    var rest = new ArrayList<Tensor>();
    for (int i = 0; i < types.size(); i++) {
      var name = data.columns().get(i).name();
      var tensor = memory.allocate(name, types.get(i));
      owned.add(tensor);
      // As host memory: a device that reaches it copies it still, see [BatchMemory#of].
      tensors.add(Tensor.wrap(name, types.get(i), tensor.data()));
      var part = tensor.data().asSlice(0, restTypes.get(i).bytes());
      rest.add(Tensor.wrap(name, restTypes.get(i), part));
    }
    full.add(new Batch(batchSize, types, List.copyOf(tensors)));
    remainder.add(new Batch(size(steps - 1), restTypes, List.copyOf(rest)));
  }

  /// Samples in a batch of an epoch.
  private int size(int step) {
    return Math.min(batchSize, samples - step * batchSize);
  }

  int batchSize() {
    return batchSize;
  }

  /// Batches in an epoch.
  int steps() {
    return steps;
  }

  int slots() {
    return slots;
  }

  /// Which slot batch `number`, counted through all epochs, takes.
  int slot(long number) {
    return (int) (number % slots);
  }

  /// Place of batch `number` in its epoch.
  int step(long number) {
    return (int) (number % steps);
  }

  /// The tensors that batch `number` takes.
  Batch batch(long number) {
    return (size(step(number)) == batchSize ? full : remainder).get(slot(number));
  }

  @Override
  public void close() {
    owned.forEach(Tensor::close);
  }
}
