package io.gatun.engine.train;

import io.gatun.engine.EngineException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/// Batches that threads of their own gather row by row into a ring of tensors, ahead of the one who
/// takes them. Taking one neither allocates nor, once the ring has filled, waits. One thread
/// gathers; while the taker waits for more than a tenth of its time, another one is added.
///
/// Batches are numbered through all epochs. A worker claims the next number, waits until the slot
/// of that number is free, and marks it ready; each row depends on the number alone, so that it
/// does not matter who gathers it. The slots of the numbers `[released, released + ring size)`
/// belong to the workers until they are ready. A side that finds nothing to do says so in its flag,
/// looks again and parks; the other side changes its counter before it reads the flag.
final class GatheredBatches implements Batches {
  private static final int MOST_WORKERS = 4;
  private static final int BATCHES_BETWEEN_LOOKS = 32;
  private static final int MOST_WAITING = 10;

  private final Dataset data;
  private final RowOrder order;
  private final OptionalLong transforms;
  private final BatchRing ring;
  private final int mostWorkers;
  private final List<Worker> workers = new CopyOnWriteArrayList<>();
  private final AtomicLong claimed;
  private final AtomicLongArray ready;

  private volatile long released;
  private volatile boolean takerWaits;
  private volatile boolean closed;
  private volatile Thread taker;
  private volatile Throwable failure;
  private long taken;
  private long waitedNanos;
  private int sinceLook;
  private long lookNanos;
  private long lookWaited;

  /// @param transforms the seed of the columns' transforms, if they are applied
  /// @param firstEpoch epochs before the first one here
  /// @param firstStep batches of that epoch to leave out
  GatheredBatches(
      Dataset data,
      int batchSize,
      RowOrder order,
      OptionalLong transforms,
      int firstEpoch,
      int firstStep,
      BatchMemory memory) {
    this(data, batchSize, order, transforms, firstEpoch, firstStep, memory, 1, mostWorkers());
  }

  private static int mostWorkers() {
    return Math.min(MOST_WORKERS, Runtime.getRuntime().availableProcessors());
  }

  GatheredBatches(
      Dataset data,
      int batchSize,
      RowOrder order,
      OptionalLong transforms,
      int firstEpoch,
      int firstStep,
      BatchMemory memory,
      int workers,
      int mostWorkers) {
    this.data = data;
    this.order = order;
    this.transforms = transforms;
    this.mostWorkers = mostWorkers;
    ring = new BatchRing(data, Math.min(batchSize, data.size()), mostWorkers + 1, memory);
    taken = (long) firstEpoch * ring.steps() + firstStep;
    released = taken;
    claimed = new AtomicLong(taken);
    ready = new AtomicLongArray(ring.slots());
    for (int i = 0; i < ring.slots(); i++) ready.set(i, -1);
    taker = Thread.currentThread();
    for (int i = 0; i < workers; i++) addWorker();
  }

  /// A thread that gathers.
  private final class Worker implements Runnable {
    private final BatchGather gather = new BatchGather(data, order, transforms);
    private final Thread thread =
        Thread.ofPlatform().name("gatun-batches").daemon().unstarted(this);
    private volatile long number;
    private volatile boolean waits;

    @Override
    public void run() {
      try {
        for (number = claimed.getAndIncrement(); awaitFree(); number = claimed.getAndIncrement()) {
          int step = ring.step(number);
          gather.gather(number / ring.steps() + 1, step * ring.batchSize(), ring.batch(number));
          ready.set(ring.slot(number), number);
          if (takerWaits) LockSupport.unpark(taker);
        }
      } catch (RuntimeException | Error e) {
        failure = e;
        LockSupport.unpark(taker);
      }
    }

    /// Waits for the slot to be free; false when the batches are closed.
    private boolean awaitFree() {
      while (number - released >= ring.slots() && !closed) {
        waits = true;
        if (number - released >= ring.slots() && !closed) LockSupport.park(this);
        waits = false;
      }
      return !closed;
    }
  }

  private synchronized void addWorker() {
    if (closed) return;
    var worker = new Worker();
    workers.add(worker);
    worker.thread.start();
  }

  @Override
  public Batch next() {
    released = taken;
    for (int i = 0; i < workers.size(); i++) {
      var worker = workers.get(i);
      boolean due = worker.waits && worker.number - taken <= ring.slots() / 2;
      if (due) LockSupport.unpark(worker.thread);
    }
    if (!isReady()) awaitReady();
    if (++sinceLook >= BATCHES_BETWEEN_LOOKS && workers.size() < mostWorkers) look();
    return ring.batch(taken++);
  }

  private boolean isReady() {
    return ready.get(ring.slot(taken)) == taken;
  }

  private void awaitReady() {
    long start = System.nanoTime();
    taker = Thread.currentThread();
    while (!isReady()) {
      if (failure != null) throw new EngineException("reading the data set failed", failure);
      if (closed) throw new EngineException("the batches are closed");
      takerWaits = true;
      if (!isReady() && failure == null && !closed) LockSupport.park(this);
      takerWaits = false;
    }
    waitedNanos += System.nanoTime() - start;
  }

  /// Adds a worker where the taker had to wait since the last look. The first look only begins.
  private void look() {
    long now = System.nanoTime();
    boolean first = lookNanos == 0;
    if (!first && (waitedNanos - lookWaited) * MOST_WAITING > now - lookNanos) addWorker();
    sinceLook = 0;
    lookNanos = now;
    lookWaited = waitedNanos;
  }

  @Override
  public int steps() {
    return ring.steps();
  }

  @Override
  public long waitedNanos() {
    return waitedNanos;
  }

  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    LockSupport.unpark(taker);
    boolean interrupted = false;
    for (var worker : workers) {
      LockSupport.unpark(worker.thread);
      while (worker.thread.isAlive()) {
        try {
          worker.thread.join();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
    ring.close();
  }
}
