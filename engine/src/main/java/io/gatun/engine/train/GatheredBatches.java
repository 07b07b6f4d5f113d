package io.gatun.engine.train;

import io.gatun.engine.EngineException;
import io.gatun.engine.Tensor;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Batches that a thread of its own gathers row by row into a ring of tensors, ahead of the one who
/// takes them. Taking one neither allocates nor, once the ring has filled, waits.
///
/// `filled` and `released` only grow: the worker owns the slots `[filled, released + ring size)`,
/// the taker those before. A side that finds nothing to do says so in its flag, looks again and
/// parks; the other side changes its counter before it reads the flag.
final class GatheredBatches implements Batches {
  private static final int MOST_SLOTS = 16;
  private static final long RING_BYTES = 4 << 20;

  private final List<Batch> full = new ArrayList<>();
  private final List<Batch> remainder = new ArrayList<>();
  private final List<Tensor> owned = new ArrayList<>();
  private final List<RowGather> gathers;
  private final Consumer<int[]> shuffle;
  private final int samples;
  private final int batchSize;
  private final int steps;
  private final int slots;
  private final Thread worker;

  private volatile long filled;
  private volatile long released;
  private volatile boolean workerWaits;
  private volatile boolean takerWaits;
  private volatile boolean closed;
  private volatile Thread taker;
  private volatile Throwable failure;
  private long taken;
  private long waitedNanos;

  /// @param shuffle orders the rows of each next epoch; called with the order of the one before
  /// @param firstStep where the first epoch begins, as if the batches before it had been taken
  GatheredBatches(Dataset data, int batchSize, Consumer<int[]> shuffle, int firstStep) {
    this.samples = data.size();
    this.batchSize = Math.min(batchSize, samples);
    this.shuffle = shuffle;
    steps = Math.ceilDiv(samples, this.batchSize);
    gathers = data.columns().stream().map(RowGather::new).toList();
    var fullTypes = types(data, this.batchSize);
    long bytes = fullTypes.stream().mapToLong(TensorType::bytes).sum();
    slots = Math.clamp(RING_BYTES / Math.max(1, bytes), 2, MOST_SLOTS);
    int rest = samples % this.batchSize;
    var restTypes = types(data, rest == 0 ? this.batchSize : rest);
    for (int i = 0; i < slots; i++) addSlot(data, fullTypes, restTypes);
    filled = released = taken = firstStep;
    taker = Thread.currentThread();
    worker = Thread.ofPlatform().name("gatun-batches").daemon().unstarted(this::work);
    worker.start();
  }

  private static List<TensorType> types(Dataset data, int size) {
    return data.columns().stream().map(c -> c.batchType(size)).toList();
  }

  private void addSlot(Dataset data, List<TensorType> types, List<TensorType> restTypes) {
    var tensors = new ArrayList<Tensor>();
    var rest = new ArrayList<Tensor>();
    for (int i = 0; i < types.size(); i++) {
      var name = data.columns().get(i).name();
      var tensor = Tensor.allocate(name, types.get(i));
      owned.add(tensor);
      tensors.add(tensor);
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

  private Batch slot(long number) {
    int step = (int) (number % steps);
    return (size(step) == batchSize ? full : remainder).get((int) (number % slots));
  }

  private void work() {
    try {
      int[] order = new int[samples];
      for (int i = 0; i < samples; i++) order[i] = i;
      while (!closed) {
        shuffle.accept(order);
        for (int step = (int) (filled % steps); step < steps && awaitFree(); step++) {
          gather(order, step * batchSize, slot(filled));
          advance();
        }
      }
    } catch (RuntimeException | Error e) {
      failure = e;
      LockSupport.unpark(taker);
    }
  }

  private void gather(int[] order, int from, Batch batch) {
    for (int column = 0; column < gathers.size(); column++) {
      var target = batch.tensors().get(column).data();
      for (int i = 0; i < batch.size(); i++) gathers.get(column).copy(order[from + i], target, i);
    }
  }

  /// Only the worker writes `filled`.
  private void advance() {
    long next = filled + 1;
    filled = next;
    if (takerWaits) LockSupport.unpark(taker);
  }

  /// Waits for a free slot; false when the batches are closed.
  private boolean awaitFree() {
    while (filled - released == slots && !closed) {
      workerWaits = true;
      if (filled - released == slots && !closed) LockSupport.park(this);
      workerWaits = false;
    }
    return !closed;
  }

  @Override
  public Batch next() {
    released = taken;
    if (workerWaits && filled - taken <= slots / 2) LockSupport.unpark(worker);
    if (filled == taken) awaitFilled();
    return slot(taken++);
  }

  private void awaitFilled() {
    long start = System.nanoTime();
    taker = Thread.currentThread();
    while (filled == taken) {
      if (failure != null) throw new EngineException("reading the data set failed", failure);
      if (closed) throw new EngineException("the batches are closed");
      takerWaits = true;
      if (filled == taken && failure == null) LockSupport.park(this);
      takerWaits = false;
    }
    waitedNanos += System.nanoTime() - start;
  }

  @Override
  public int steps() {
    return steps;
  }

  @Override
  public long waitedNanos() {
    return waitedNanos;
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    LockSupport.unpark(worker);
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
    owned.forEach(Tensor::close);
  }
}
