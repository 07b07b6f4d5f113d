package io.gatun.engine.cpu;

import io.gatun.engine.EngineException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// Platform threads that share the chunks of one task at a time with the thread that calls.
///
/// Chunks are handed out by an atomic counter, so a thread that loses its core to a neighbour holds
/// up at most its own chunk. Where chunks begin and end depends on the arguments of a call alone,
/// never on the number of threads: a task that gives the same result for the same chunks gives the
/// same result on every machine size. A call allocates nothing.
///
/// Workers wait for the next task by spinning for some microseconds, then they park. The caller
/// never waits for a worker that has not begun: what sleepers do not take, it does itself.
///
/// Any number of threads may call at once: the first gets the workers, the others run their whole
/// task alone. The same holds for a call from inside a task.
public final class ThreadPool implements AutoCloseable {

  /// Work on a range of units.
  @FunctionalInterface
  public interface Task {
    /// Works on the units from `begin` to `end` (exclusive).
    ///
    /// @param worker a number below [ThreadPool#threads()] that no other thread has during this
    ///     call of `run`; the caller is 0
    void run(long begin, long end, int worker);
  }

  private static final long MOST_SPIN_NANOS = 50_000;
  private static final long LEAST_SPIN_NANOS = 2_000;

  /// Gate: bits 32 and up number the tasks, bit 31 tells whether workers may still enter, the bits
  /// below count the workers inside.
  private static final long OPEN = 1L << 31;

  private static final long INSIDE = OPEN - 1;
  private static final int TASK_NUMBER = 32;

  // The gate, the counter of chunks and the count of sleepers, each on cache lines of its own.
  private static final int GATE = 16;
  private static final int NEXT = 32;
  private static final int SLEEPERS = 48;

  private final AtomicLongArray shared = new AtomicLongArray(64);
  private final AtomicBoolean taken = new AtomicBoolean();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Worker[] workers;
  private final boolean spins;
  private volatile boolean closed;

  // The task at hand: written before the gate opens, read by those who got in.
  private Task task;
  private long units;
  private long chunk;

  /// A pool of `threads` threads, the caller included: one thread starts none.
  public ThreadPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a pool of " + threads + " threads; it needs at least 1");
    }
    // With fewer cores than threads, spinning takes time from those who work.
    spins = threads <= Runtime.getRuntime().availableProcessors();
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].start();
    }
  }

  /// A pool of the size that `GATUN_THREADS` says, else of one thread for each processor.
  ///
  /// @throws EngineException if `GATUN_THREADS` is no positive number
  public static ThreadPool standard() {
    return new ThreadPool(size(System.getenv()));
  }

  static int size(Map<String, String> environment) {
    String text = environment.getOrDefault("GATUN_THREADS", "").strip();
    if (text.isEmpty()) {
      return Runtime.getRuntime().availableProcessors();
    }
    try {
      int threads = Integer.parseInt(text);
      if (threads >= 1 && threads <= 4096) {
        return threads;
      }
    } catch (NumberFormatException e) {
      throw new EngineException(sizeMessage(text), e);
    }
    throw new EngineException(sizeMessage(text));
  }

  private static String sizeMessage(String text) {
    return "GATUN_THREADS is '" + text + "'; set it to a number from 1 to 4096 or leave it unset";
  }

  /// Threads that work at most at once, the caller included.
  public int threads() {
    return workers.length + 1;
  }

  /// Runs a task over the units from 0 to `units` and returns when all are done.
  ///
  /// @param units how many units there are; for 0 the task is not called
  /// @param chunk units handed out at once; the last chunk may be smaller
  /// @param parallelFrom with fewer units than this the task is called once, with all of them, by
  ///     the caller; worth it below some microseconds of work
  /// @throws RuntimeException the first exception of the task, from whichever thread; chunks not
  ///     yet begun are then dropped
  public void run(Task task, long units, long chunk, long parallelFrom) {
    if (chunk < 1 || units < 0) {
      throw new IllegalArgumentException(units + " units in chunks of " + chunk);
    }
    if (units < parallelFrom || units <= chunk) {
      if (units > 0) {
        task.run(0, units, 0);
      }
    } else if (workers.length > 0 && taken.compareAndSet(false, true)) {
      runTogether(task, units, chunk);
    } else {
      for (long begin = 0; begin < units; begin += chunk) {
        task.run(begin, end(begin, units, chunk), 0);
      }
    }
  }

  private void runTogether(Task task, long units, long chunk) {
    this.task = task;
    this.units = units;
    this.chunk = chunk;
    shared.setPlain(NEXT, 0);
    long number = (shared.getPlain(GATE) >>> TASK_NUMBER) + 1;
    shared.set(GATE, number << TASK_NUMBER | OPEN);
    if (shared.get(SLEEPERS) > 0) {
      wake((units - 1) / chunk);
    }
    work(0);
    long gate = shared.addAndGet(GATE, -OPEN);
    for (int spin = 0; (gate & INSIDE) != 0; spin++) {
      // A worker that lost its core needs it back before it can leave.
      if (spin < 1000) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
      gate = shared.get(GATE);
    }
    this.task = null;
    Throwable thrown = failure.getPlain();
    if (thrown != null) {
      failure.setPlain(null);
    }
    taken.set(false);
    rethrow(thrown);
  }

  /// Wakes as many sleepers as there are chunks beyond the caller's first.
  private void wake(long most) {
    for (int i = 0; i < workers.length && most > 0; i++) {
      if (workers[i].asleep) {
        LockSupport.unpark(workers[i]);
        most--;
      }
    }
  }

  private void work(int worker) {
    try {
      for (long begin = shared.getAndAdd(NEXT, chunk);
          begin < units;
          begin = shared.getAndAdd(NEXT, chunk)) {
        task.run(begin, end(begin, units, chunk), worker);
      }
    } catch (Throwable e) {
      shared.set(NEXT, units);
      failure.compareAndSet(null, e);
    }
  }

  private static long end(long begin, long units, long chunk) {
    return units - begin < chunk ? units : begin + chunk;
  }

  private static void rethrow(Throwable thrown) {
    switch (thrown) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new EngineException("a task of the thread pool failed", e);
    }
  }

  /// Ends the workers; the pool then does all work on the calling thread.
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  private final class Worker extends Thread {
    private final int index;
    private volatile boolean asleep;
    private long spinNanos = MOST_SPIN_NANOS;
    private long last;

    Worker(int index) {
      super("gatun-worker-" + index);
      this.index = index;
      setDaemon(true);
    }

    @Override
    public void run() {
      while (!closed) {
        long gate = await();
        if (isNew(gate) && shared.compareAndSet(GATE, gate, gate + 1)) {
          last = gate >>> TASK_NUMBER;
          work(index);
          shared.decrementAndGet(GATE);
        }
      }
    }

    /// Waits until a task that this worker has not seen is open, or the pool is closed.
    ///
    /// Spinning in vain takes power, and on a busy machine somebody's core: each wait that was too
    /// long to be spun through halves the next spin, each short one restores it.
    private long await() {
      long gate = shared.get(GATE);
      if (isNew(gate) || !spins) {
        return isNew(gate) ? gate : sleep();
      }
      long start = System.nanoTime();
      do {
        for (int i = 0; i < 16; i++) {
          Thread.onSpinWait();
          gate = shared.get(GATE);
          if (isNew(gate)) {
            return gate;
          }
        }
      } while (System.nanoTime() - start < spinNanos);
      gate = sleep();
      spinNanos =
          System.nanoTime() - start < 2 * MOST_SPIN_NANOS
              ? MOST_SPIN_NANOS
              : Math.max(LEAST_SPIN_NANOS, spinNanos / 2);
      return gate;
    }

    private long sleep() {
      asleep = true;
      shared.incrementAndGet(SLEEPERS);
      long gate = shared.get(GATE);
      while (!isNew(gate) && !closed) {
        LockSupport.park(ThreadPool.this);
        gate = shared.get(GATE);
      }
      asleep = false;
      shared.decrementAndGet(SLEEPERS);
      return gate;
    }

    private boolean isNew(long gate) {
      return (gate & OPEN) != 0 && gate >>> TASK_NUMBER != last;
    }
  }
}
